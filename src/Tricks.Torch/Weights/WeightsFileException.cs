namespace Tricks.Torch.Weights;

/// <summary>A file of weights that cannot be read; the message says which and why.</summary>
public class WeightsFileException : Exception
{
    internal WeightsFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
