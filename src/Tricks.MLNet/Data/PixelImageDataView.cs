using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Data;

/// <summary>Images in memory as the columns Image (MLImage) and Label (text).</summary>
/// <remarks>An <see cref="MLImage"/> is made when a row's is asked for, so a data set costs its bytes and no bitmaps.</remarks>
internal sealed class PixelImageDataView : IDataView
{
    public PixelImageDataView(LabelledImages images)
    {
        Images = images;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Image", new ImageDataViewType(images.Height, images.Width));
        schema.AddColumn("Label", TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public LabelledImages Images { get; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => Images.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new PixelImageCursor(this, columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
