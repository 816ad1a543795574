using Tricks.Torch.Data;

/// <summary>Data set files as labelled images.</summary>
internal static class Images
{
    public static ImageDataset FashionMnist(string folder, string part) => Of(IdxFile.Read(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz")));

    public static ImageDataset Of(PixelDataSet data) => new(
        new ImagesInMemory([.. Enumerable.Range(0, data.Count).Select(data.Image)]), [.. data.Labels.Select(label => (int)label)], data.ClassNames);
}
