namespace Tricks.Torch.Data;

/// <summary>An image that cannot be used: which file or row, and why.</summary>
public sealed class ImageDecodingException(string name, string reason, Exception? innerException = null)
    : Exception($"{name}: {reason}", innerException)
{
    /// <summary>The file or row.</summary>
    public string Name { get; } = name;

    /// <summary>What is wrong with it, as a clause without the name.</summary>
    public string Reason { get; } = reason;
}
