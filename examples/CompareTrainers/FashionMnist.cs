using Microsoft.ML;

namespace CompareTrainers;

/// <summary>The training images of Fashion-MNIST with the names of their classes.</summary>
internal static class FashionMnist
{
    private static readonly string[] ClassNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Columns Image and Label.</summary>
    public static IDataView Load(MLContext context, string folder) => context.Data.LoadFromIdx(
        Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"), ClassNames);
}
