using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>Images: their pixels are copied in, and every caller is handed an image of its own.</summary>
/// <remarks>The upstream image may be disposed or reused at the next row, so it can be neither kept nor handed on.</remarks>
internal sealed class ImageColumnBuffer(DataViewRow input, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<MLImage?> _getter = input.GetGetter<MLImage?>(column);
    private readonly Copy?[] _slots = new Copy?[capacity];
    private MLImage? _upstream;

    public override void Fill(int slot)
    {
        _getter(ref _upstream);
        _slots[slot] = _upstream is { } image
            ? new Copy(image.Width, image.Height, image.PixelFormat, image.Pixels.ToArray(), image.Tag)
            : null;
    }

    public override Delegate GetGetter(Func<int> slot) => (ValueGetter<MLImage?>)((ref MLImage? value) =>
    {
        value?.Dispose(); // the caller's value of the row before, as ML.NET's own image transforms do
        value = _slots[slot()]?.ToImage();
    });

    private sealed record Copy(int Width, int Height, MLPixelFormat Format, byte[] Pixels, string? Tag)
    {
        public MLImage ToImage()
        {
            var image = MLImage.CreateFromPixels(Width, Height, Format, Pixels);
            image.Tag = Tag;
            return image;
        }
    }
}
