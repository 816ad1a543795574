namespace Tricks.Torch.Weights;

/// <summary>Weights that could not be downloaded, or are not those that were asked for; nothing is left under their name.</summary>
public sealed class WeightsDownloadException : WeightsFileException
{
    internal WeightsDownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
