namespace Tricks.Torch.Weights;

/// <summary>Bytes that are no PyTorch state dictionary, or hold something that is not read; the message says what and why.</summary>
public sealed class PyTorchFileException : WeightsFileException
{
    internal PyTorchFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
