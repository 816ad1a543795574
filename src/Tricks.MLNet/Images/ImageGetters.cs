using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Images;

/// <summary>Readers of the current row, one for each kind of image column.</summary>
internal static class ImageGetters
{
    public static Func<RawImage> Path(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        var path = default(ReadOnlyMemory<char>);
        return () =>
        {
            getter(ref path);
            return path.IsEmpty ? new UnusableImage(RowName(row, column), "the path is empty.") : new ImagePath(path.ToString());
        };
    }

    public static Func<RawImage> EncodedBytes(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<byte>>(column);
        var bytes = default(VBuffer<byte>);
        return () =>
        {
            getter(ref bytes);
            var name = RowName(row, column);
            // LoadRawImageBytes turns an empty path into zero bytes without a word.
            return bytes.Length == 0
                ? new UnusableImage(name, "the image has zero bytes.")
                : new ImageBytes(name, Dense(bytes));
        };
    }

    public static Func<RawImage> Image(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage?>(column);
        MLImage? image = null;
        return () =>
        {
            getter(ref image);
            // LoadImages sets the tag to the file's path, and turns an empty path into a null image.
            var name = image?.Tag is { Length: > 0 } tag ? tag : RowName(row, column);
            if (image is null)
                return new UnusableImage(name, "the image is null.");
            return MLImagePixels.Copy(image) is { } pixels
                ? new PixelImage(name, pixels)
                : new UnusableImage(name, $"the pixel format {image.PixelFormat} is not supported; use Bgra32 or Rgba32.");
        };
    }

    public static Func<RawImage> Pixels(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        var declared = PixelVectorLayout.Of((VectorDataViewType)column.Type);
        var values = default(VBuffer<float>);
        return () =>
        {
            getter(ref values);
            var name = RowName(row, column);
            if ((declared ?? PixelVectorLayout.OfLength(values.Length)) is not { } layout)
                return new UnusableImage(name, $"{values.Length} pixel values are no image. They must be {PixelVectorLayout.Allowed}.");
            var (image, reason) = layout.Read(values.IsDense ? values.GetValues() : Dense(values));
            return image is null ? new UnusableImage(name, reason!) : new PixelImage(name, image);
        };
    }

    private static string RowName(DataViewRow row, DataViewSchema.Column column) =>
        FormattableString.Invariant($"Row {row.Position} of column '{column.Name}'");

    private static T[] Dense<T>(VBuffer<T> values)
    {
        var dense = new T[values.Length];
        values.CopyTo(dense);
        return dense;
    }
}
