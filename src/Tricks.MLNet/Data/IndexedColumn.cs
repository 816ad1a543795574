using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Tricks.MLNet.Images;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Data;

/// <summary>A column whose value in row i is computed when it is asked for.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type.</param>
/// <param name="NewGetter">Makes a <see cref="ValueGetter{TValue}"/> of the row that the argument names at the call.</param>
internal sealed record IndexedColumn(string Name, DataViewType Type, Func<Func<int>, Delegate> NewGetter)
{
    public static IndexedColumn Text(string name, Func<int, string> at) => new(
        name,
        TextDataViewType.Instance,
        row => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> text) => text = at(row()).AsMemory()));

    public static IndexedColumn Image(string name, PixelDataSet images) => new(
        name,
        new ImageDataViewType(images.Height, images.Width),
        row => (ValueGetter<MLImage?>)((ref MLImage? image) =>
        {
            image?.Dispose(); // the caller's value of the row before, as ML.NET's own image loader does
            image = MLImagePixels.ToMLImage(images.Image(row()));
        }));
}
