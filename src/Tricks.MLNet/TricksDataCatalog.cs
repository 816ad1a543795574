using Tricks.MLNet.Data;
using Tricks.Torch.Data;

namespace Microsoft.ML;

/// <summary>Image data sets as data views: extensions of <c>mlContext.Data</c>.</summary>
public static class TricksDataCatalog
{
    /// <summary>Lists a folder with one sub-folder of images per class.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The root.</param>
    /// <returns>Columns ImagePath (text, the full path) and Label (text, the name of the sub-folder), sorted by both.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">Fewer than two classes, a class without images, or files that are neither
    /// images (jpg, jpeg, png, bmp, gif, webp) nor known companions; see <see cref="ImageFolder"/>.</exception>
    public static IDataView LoadFromImageFolder(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var files = ImageFolder.Read(path).Files;
        return new IndexedDataView(
            files.Count,
            IndexedColumn.Text("ImagePath", row => files[row].Path),
            IndexedColumn.Text("Label", row => files[row].Label));
    }

    /// <summary>Reads gray images in the IDX format of MNIST, plain or gzipped.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="imagesPath">Such as <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">Such as <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The name of label 0, 1, ...; the numbers themselves by default.</param>
    /// <returns>Columns Image (MLImage, made row by row) and Label (text), in the order of the file.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file, is cut off, or the two do not belong together.</exception>
    public static IDataView LoadFromIdx(
        this DataOperationsCatalog catalog, string imagesPath, string labelsPath, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ImagesAndLabels(IdxFile.Read(imagesPath, labelsPath, classNames));
    }

    /// <summary>Reads the binary version of CIFAR-10.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="folder">Holds <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>.</param>
    /// <param name="train">True for the 50,000 training images, false for the 10,000 test images.</param>
    /// <returns>Columns Image (MLImage, made row by row) and Label (text: airplane, automobile, ...), in the order of the files.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is cut off, or has a label outside 0..9.</exception>
    public static IDataView LoadFromCifar10(this DataOperationsCatalog catalog, string folder, bool train = true)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ImagesAndLabels(Cifar10File.Read(folder, train));
    }

    private static IndexedDataView ImagesAndLabels(PixelDataSet images) => new(
        images.Count, IndexedColumn.Image("Image", images), IndexedColumn.Text("Label", images.Label));
}
