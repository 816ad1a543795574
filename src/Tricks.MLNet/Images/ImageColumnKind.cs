namespace Tricks.MLNet.Images;

/// <summary>What an image column holds.</summary>
internal enum ImageColumnKind
{
    /// <summary>Text: the path of a file.</summary>
    Path,

    /// <summary>Vector of Byte: a whole encoded file.</summary>
    EncodedBytes,

    /// <summary>ML.NET's <see cref="Microsoft.ML.Data.MLImage"/>.</summary>
    Image,

    /// <summary>Vector of Single: pixels 0..255.</summary>
    Pixels,
}
