using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>The square tiles of a batch of feature maps, (N, H, W, C) in memory, in the order image, row, column; those at the lower and right edge may reach beyond it.</summary>
/// <remarks>zero: as many zeros as there are channels, which stand for each pixel outside.</remarks>
[SkipLocalsInit]
internal readonly unsafe record struct FilterTiles<TFilter>(int Height, int Width, int Down, int Across, int Count)
    where TFilter : struct, IMinimalFilter
{
    private const int Lanes = IMinimalFilter.Lanes;
    private const int Panel = PanelProduct.Panel;

    internal static FilterTiles<TFilter> Of(Tensor x)
    {
        var (n, height, width) = (x.size(0), (int)x.size(2), (int)x.size(3));
        var (down, across) = ((height + TFilter.Size - 1) / TFilter.Size, (width + TFilter.Size - 1) / TFilter.Size);
        return new(height, width, down, across, checked((int)(n * down * across)));
    }

    /// <summary>The share of the tiles' pixels that are the map's.</summary>
    internal double Filled => (double)Height * Width / (Down * Across * TFilter.Size * TFilter.Size);

    /// <summary>A tile's window of an input, transformed: channel c of point i to v[i * pointStep + c / 16 * panelStep + c % 16].</summary>
    internal void Input(int tile, float* x, int channels, float* zero, float* v, nint panelStep, nint pointStep)
    {
        var pixels = stackalloc float*[TFilter.Window * TFilter.Window];
        Find(tile, x, channels, zero, TFilter.Window, TFilter.Border, pixels);
        for (var c = 0; c < channels; c += Lanes)
            TFilter.Input(pixels, c, v + (c / Panel * panelStep) + (c % Panel), pointStep);
    }

    /// <summary>A tile of an output's gradient, transformed, to where <see cref="Input"/> writes.</summary>
    internal void Gradient(int tile, float* g, int channels, float* zero, float* m, nint panelStep, nint pointStep)
    {
        var pixels = stackalloc float*[TFilter.Size * TFilter.Size];
        Find(tile, g, channels, zero, TFilter.Size, 0, pixels);
        for (var o = 0; o < channels; o += Lanes)
            TFilter.Gradient(pixels, o, m + (o / Panel * panelStep) + (o % Panel), pointStep);
    }

    /// <summary>A tile of an output from its points, which lie as <see cref="Input"/> writes them.</summary>
    internal void Output(int tile, float* y, int channels, float* m, nint panelStep, nint pointStep)
    {
        var (image, row, column) = At(tile);
        var (rows, columns) = (Math.Min(TFilter.Size, Height - row), Math.Min(TFilter.Size, Width - column));
        var to = y + ((((((nint)image * Height) + row) * Width) + column) * channels);
        var values = stackalloc Vector256<float>[TFilter.Size * TFilter.Size];
        for (var o = 0; o < channels; o += Lanes)
        {
            TFilter.Output(m + (o / Panel * panelStep) + (o % Panel), pointStep, values);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                    values[(i * TFilter.Size) + j].Store(to + ((((nint)i * Width) + j) * channels) + o);
            }
        }
    }

    /// <summary>The addresses of the side * side pixels that begin as many before the tile as the border has.</summary>
    private void Find(int tile, float* x, int channels, float* zero, int side, int border, float** pixels)
    {
        var (image, top, left) = At(tile);
        for (var row = top - border; row < top - border + side; row++)
        {
            var line = x + ((((nint)image * Height) + row) * Width * channels);
            for (var column = left - border; column < left - border + side; column++)
                *pixels++ = (uint)row < (uint)Height && (uint)column < (uint)Width ? line + ((nint)column * channels) : zero;
        }
    }

    private (int Image, int Row, int Column) At(int tile)
    {
        var line = tile / Across;
        return (line / Down, line % Down * TFilter.Size, tile % Across * TFilter.Size);
    }
}
