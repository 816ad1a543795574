namespace Tricks.Torch.Training;

/// <summary>A checkpoint cannot be written, read or continued; the message says why and what to do. Checkpoints on disk are left as they were.</summary>
public sealed class CheckpointException(string message, Exception? innerException = null) : IOException(message, innerException);
