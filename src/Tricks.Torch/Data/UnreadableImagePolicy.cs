namespace Tricks.Torch.Data;

/// <summary>What happens when an image cannot be read.</summary>
public enum UnreadableImagePolicy
{
    /// <summary>An error that names the file or row. The default.</summary>
    Throw,

    /// <summary>The image is left out; every one left out is counted and named in the log and in the result.</summary>
    Skip,
}
