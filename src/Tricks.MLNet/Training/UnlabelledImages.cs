using Microsoft.ML;
using Tricks.MLNet.Images;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Training;

/// <summary>The images of a data view without labels: read once, every image checked, the unreadable ones named.</summary>
internal sealed class UnlabelledImages : IDisposable
{
    private readonly RawImageStore _store;

    private UnlabelledImages(RawImageStore store, IImageSource images, IReadOnlyList<string> skipped) =>
        (_store, Images, Skipped) = (store, images, skipped);

    /// <summary>The usable images.</summary>
    public IImageSource Images { get; }

    /// <summary>One message for every image that was left out.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>Reads all rows and decodes every image once, which fills the cache and finds the unreadable ones before training.</summary>
    /// <exception cref="ArgumentException">No rows, or no image that can be read.</exception>
    /// <exception cref="ImageDecodingException">An unreadable image under the policy Throw.</exception>
    public static UnlabelledImages Read(
        IDataView data, SimClrEstimator.Options options, MemoryBudget memory, string temporaryFolder, CancellationToken cancellationToken)
    {
        var column = ImageColumn.Of(data.Schema, options.ImageColumnName);
        var store = new RawImageStore(new ImageDecoder(options.Decoding), options.Channels, memory, temporaryFolder);
        try
        {
            ReadRows(data, column, store, cancellationToken);
            var images = new CachedImages(store, memory);
            var faults = LabelledImages.Check(images, options.UnreadableImages, options.Workers, cancellationToken);
            if (faults.Count == images.Count)
                throw new ArgumentException($"None of the {images.Count} images can be read. {faults.Values.First()}");
            int[] usable = [.. Enumerable.Range(0, images.Count).Where(row => !faults.ContainsKey(row))];
            return new UnlabelledImages(
                store, faults.IsEmpty ? images : new ChosenImages(images, usable), [.. faults.OrderBy(f => f.Key).Select(f => f.Value)]);
        }
        catch (ImageDecodingException e) when (column.Kind == ImageColumnKind.Path)
        {
            store.Dispose();
            throw new ImageDecodingException(
                e.Name,
                $"{e.Reason} The column '{options.ImageColumnName}' is text and was read as paths; if it holds labels, set ImageColumnName to the image column: SimClr needs no label.",
                e);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static void ReadRows(IDataView data, ImageColumn column, RawImageStore store, CancellationToken cancellationToken)
    {
        using var cursor = data.GetRowCursor([column.Column]);
        var read = column.GetGetter(cursor);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            store.Add(read());
        }

        if (store.Count == 0)
            throw new ArgumentException("The data has no rows.");
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Some of the images of a source.</summary>
    private sealed class ChosenImages(IImageSource source, int[] rows) : IImageSource
    {
        public int Count => rows.Length;

        public ImagePixels Read(int index) => source.Read(rows[index]);

        ImagePart IImageSource.ReadPart(int index, ChoosePart choose) => source.ReadPart(rows[index], choose);

        public string NameOf(int index) => source.NameOf(rows[index]);

        public byte[] ContentHash(int index) => source.ContentHash(rows[index]);
    }
}
