using SkiaSharp;

namespace Tricks.Torch.Data;

/// <summary>How an encoded image is turned and mirrored to stand upright (EXIF tag 0x0112).</summary>
/// <remarks>Upright pixel (y, x) is encoded pixel First + x * Right + y * Down, counted row by row.</remarks>
internal readonly record struct Orientation
{
    /// <summary>The orientation of an image that is encoded as height x width.</summary>
    public Orientation(SKEncodedOrigin origin, int width, int height)
    {
        var swapped = origin >= SKEncodedOrigin.LeftTop; // 5 to 8: encoded rows are upright columns
        (Width, Height) = swapped ? (height, width) : (width, height);
        var last = (width * height) - 1;
        (First, Right, Down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),         // 2: mirrored left to right
            SKEncodedOrigin.BottomRight => (last, -1, -width),          // 3: half a turn
            SKEncodedOrigin.BottomLeft => (last - width + 1, 1, -width), // 4: mirrored top to bottom
            SKEncodedOrigin.LeftTop => (0, width, 1),                   // 5: transposed
            SKEncodedOrigin.RightTop => (last - width + 1, -width, 1),  // 6: a quarter turn clockwise is needed
            SKEncodedOrigin.RightBottom => (last, -width, -1),          // 7: transposed along the other diagonal
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),       // 8: a quarter turn anticlockwise is needed
            _ => (0, 1, width),                                         // 1, or none
        };
    }

    /// <summary>Width of the upright image.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image.</summary>
    public int Height { get; }

    /// <summary>The encoded pixel that is the upright image's upper left.</summary>
    public int First { get; }

    /// <summary>Step in the encoded image for one pixel to the right in the upright one.</summary>
    public int Right { get; }

    /// <summary>Step in the encoded image for one row down in the upright one.</summary>
    public int Down { get; }
}
