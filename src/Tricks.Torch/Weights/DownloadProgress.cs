namespace Tricks.Torch.Weights;

/// <summary>How far a download is.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Bytes">How many bytes are there, of earlier attempts too.</param>
/// <param name="TotalBytes">How many there will be; null when the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long? TotalBytes);
