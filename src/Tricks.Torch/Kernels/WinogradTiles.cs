using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>The 4 x 4 tiles of a batch of feature maps, (N, H, W, C) in memory, in the order image, row, column; those at the lower and right edge may reach beyond it.</summary>
/// <remarks>Zero: as many zeros as there are channels, which stand for each pixel outside.</remarks>
[SkipLocalsInit]
internal readonly unsafe record struct WinogradTiles(int Height, int Width, int Down, int Across, int Count)
{
    private const int Size = 4;
    private const int Window = 6;
    private const int Lanes = WinogradTransform.Lanes;
    private const int Panel = PanelProduct.Panel;

    internal static WinogradTiles Of(Tensor x)
    {
        var (n, height, width) = (x.size(0), (int)x.size(2), (int)x.size(3));
        var (down, across) = ((height + Size - 1) / Size, (width + Size - 1) / Size);
        return new(height, width, down, across, checked((int)(n * down * across)));
    }

    /// <summary>The share of the tiles' pixels that are the map's.</summary>
    internal double Filled => (double)Height * Width / (Down * Across * Size * Size);

    /// <summary>A tile's window of an input, 6 x 6 pixels from one above and left of it, transformed: channel c of point i to v[i * pointStep + c].</summary>
    internal void Input(int tile, float* x, int channels, float* zero, float* v, nint pointStep)
    {
        var (image, row, column) = At(tile);
        var pixels = stackalloc float*[Window * Window];
        for (var i = 0; i < Window; i++)
        {
            for (var j = 0; j < Window; j++)
                pixels[(i * Window) + j] = Pixel(x, image, row + i - 1, column + j - 1, channels, zero);
        }

        for (var c = 0; c < channels; c += Lanes)
            WinogradTransform.Input(pixels, c, v + c, pointStep);
    }

    /// <summary>A tile of an output's gradient, transformed: channel o of point i to m[i * pointStep + o / 16 * panelStep + o % 16].</summary>
    internal void Gradient(int tile, float* g, int channels, float* zero, float* m, nint panelStep, nint pointStep)
    {
        var (image, row, column) = At(tile);
        var pixels = stackalloc float*[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
                pixels[(i * Size) + j] = Pixel(g, image, row + i, column + j, channels, zero);
        }

        for (var o = 0; o < channels; o += Lanes)
            WinogradTransform.Gradient(pixels, o, m + (o / Panel * panelStep) + (o % Panel), pointStep);
    }

    /// <summary>A tile of an output from its points, which lie as those of <see cref="Gradient"/>.</summary>
    internal void Output(int tile, float* y, int channels, float* m, nint panelStep, nint pointStep)
    {
        var (image, row, column) = At(tile);
        var (rows, columns) = (Math.Min(Size, Height - row), Math.Min(Size, Width - column));
        var to = y + ((((((nint)image * Height) + row) * Width) + column) * channels);
        var values = stackalloc Vector256<float>[Size * Size];
        for (var o = 0; o < channels; o += Lanes)
        {
            WinogradTransform.Output(m + (o / Panel * panelStep) + (o % Panel), pointStep, values);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                    values[(i * Size) + j].Store(to + ((((nint)i * Width) + j) * channels) + o);
            }
        }
    }

    private float* Pixel(float* x, int image, int row, int column, int channels, float* zero) =>
        (uint)row < (uint)Height && (uint)column < (uint)Width ? x + ((((((nint)image * Height) + row) * Width) + column) * channels) : zero;

    private (int Image, int Row, int Column) At(int tile)
    {
        var line = tile / Across;
        return (line / Down, line % Down * Size, tile % Across * Size);
    }
}
