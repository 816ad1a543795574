namespace Tricks.Torch.Runtime;

/// <summary>The native libraries of TorchSharp cannot be used: the cause and the remedy.</summary>
public sealed class TorchBackendException(string cause, string remedy, Exception? innerException = null)
    : InvalidOperationException($"{cause} Remedy: {remedy}", innerException)
{
    /// <summary>What is wrong, one sentence.</summary>
    public string Cause { get; } = cause;

    /// <summary>What to do about it, one sentence.</summary>
    public string Remedy { get; } = remedy;
}
