using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Tricks.MLNet.Images;

/// <summary>The image column of a schema, whichever of the four kinds it is.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What it holds.</param>
internal sealed record ImageColumn(DataViewSchema.Column Column, ImageColumnKind Kind)
{
    private const string Remedy =
        "an image (LoadImages), a vector of Byte (the encoded file, LoadRawImageBytes or a byte[] field), " +
        "text (a path) or a vector of Single (pixels 0..255, ExtractPixels)";

    /// <summary>Finds the column and checks its type.</summary>
    /// <exception cref="ArgumentException">No such column, or a type that holds no image.</exception>
    public static ImageColumn Of(DataViewSchema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        var vector = column.Type as VectorDataViewType;
        var kind = KindOf(vector?.ItemType ?? column.Type, vector is not null)
            ?? throw WrongType(name, $"{column.Type}");
        if (kind == ImageColumnKind.Pixels && vector!.IsKnownSize && PixelVectorLayout.Of(vector) is null)
        {
            throw new ArgumentException(
                $"The image column '{name}' is of type {column.Type}, which is the shape of no image. It must be {PixelVectorLayout.Allowed}.",
                nameof(name));
        }

        return new ImageColumn(column, kind);
    }

    /// <summary>The same check before there is data.</summary>
    /// <exception cref="ArgumentException">No such column, or a type that holds no image.</exception>
    public static void Check(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!shape.TryFindColumn(name, out var column))
            throw Missing(name, shape.Select(c => c.Name));
        if (KindOf(column.ItemType, column.Kind != SchemaShape.Column.VectorKind.Scalar) is null)
            throw WrongType(name, column.GetTypeString());
    }

    /// <summary>What reads the current row of a cursor; what it returns may be kept.</summary>
    public Func<RawImage> GetGetter(DataViewRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Kind switch
        {
            ImageColumnKind.Path => ImageGetters.Path(row, Column),
            ImageColumnKind.EncodedBytes => ImageGetters.EncodedBytes(row, Column),
            ImageColumnKind.Image => ImageGetters.Image(row, Column),
            _ => ImageGetters.Pixels(row, Column),
        };
    }

    private static ImageColumnKind? KindOf(DataViewType item, bool isVector) => (item, isVector) switch
    {
        (ImageDataViewType, false) => ImageColumnKind.Image,
        (TextDataViewType, false) => ImageColumnKind.Path,
        (NumberDataViewType, true) when item == NumberDataViewType.Byte => ImageColumnKind.EncodedBytes,
        (NumberDataViewType, true) when item == NumberDataViewType.Single => ImageColumnKind.Pixels,
        _ => null,
    };

    private static ArgumentException Missing(string name, IEnumerable<string> columns) => new(
        $"There is no image column '{name}'. The columns are: {string.Join(", ", columns)}. " +
        "Set ImageColumnName to the one that holds the image.", nameof(name));

    private static ArgumentException WrongType(string name, string type) => new(
        $"The image column '{name}' is of type {type}; it must be {Remedy}.", nameof(name));
}
