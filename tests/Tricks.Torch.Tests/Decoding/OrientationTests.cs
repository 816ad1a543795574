using SkiaSharp;
using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Decoding;

[TestClass]
public class OrientationTests
{
    private const int Width = 32, Height = 48, Block = 16;

    private enum Side { Top, Bottom, Left, Right }

    // EXIF 2.3, tag 274: where the encoded row 0 and column 0 are in the upright image.
    private static readonly (Side Row0, Side Column0)[] Meaning =
    [
        (Side.Top, Side.Left), (Side.Top, Side.Right), (Side.Bottom, Side.Right), (Side.Bottom, Side.Left),
        (Side.Left, Side.Top), (Side.Right, Side.Top), (Side.Right, Side.Bottom), (Side.Left, Side.Bottom),
    ];

    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3), DataRow(4), DataRow(5), DataRow(6), DataRow(7), DataRow(8)]
    public void The_image_is_upright_whatever_its_EXIF_orientation(int orientation)
    {
        var file = Lying(orientation);
        var image = new ImageDecoder().Decode(file, 1, "photo.jpg");

        Assert.AreEqual((Width, Height), (image.Width, image.Height));
        Assert.AreEqual((Width, Height), ImageDecoder.ReadSize(file, "photo.jpg"));
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                Assert.AreEqual(Upright(y, x), image.Values[(y * Width) + x], delta: 4, $"row {y}, column {x}");
        }
    }

    /// <summary>Six blocks of different gray: every turn and mirroring looks different.</summary>
    private static byte Upright(int y, int x) => (byte)(20 + (40 * ((y / Block * 2) + (x / Block))));

    /// <summary>The upright image as a camera held that way would have stored it.</summary>
    private static byte[] Lying(int orientation)
    {
        var (row0, column0) = Meaning[orientation - 1];
        var (width, height) = row0 is Side.Top or Side.Bottom ? (Width, Height) : (Height, Width);
        var rgb = new byte[3 * width * height];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (y, x) = (0, 0);
                Place(row0, row, ref y, ref x);
                Place(column0, column, ref y, ref x);
                rgb.AsSpan(3 * ((row * width) + column), 3).Fill(Upright(y, x));
            }
        }

        var jpeg = EncodedSamples.Encode(rgb, width, height, SKEncodedImageFormat.Jpeg);
        return EncodedSamples.WithExifOrientation(jpeg, (byte)orientation);
    }

    private static void Place(Side zero, int index, ref int y, ref int x)
    {
        if (zero == Side.Top)
            y = index;
        else if (zero == Side.Bottom)
            y = Height - 1 - index;
        else if (zero == Side.Left)
            x = index;
        else
            x = Width - 1 - index;
    }
}
