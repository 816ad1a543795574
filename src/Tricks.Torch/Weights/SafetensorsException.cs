namespace Tricks.Torch.Weights;

/// <summary>Bytes that are no safetensors file, or one beyond the limits of <see cref="Safetensors"/>; the message says why.</summary>
public sealed class SafetensorsException : WeightsFileException
{
    internal SafetensorsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
