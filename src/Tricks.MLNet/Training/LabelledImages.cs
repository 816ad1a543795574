using System.Collections.Concurrent;
using Microsoft.ML;
using Tricks.MLNet.Images;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Training;

/// <summary>The rows of a data view as a data set for training: read once, every image checked, the unreadable ones named.</summary>
internal sealed class LabelledImages : IDisposable
{
    private readonly RawImageStore _store;

    private LabelledImages(RawImageStore store, ImageDataset dataset, IReadOnlyList<string> skipped) =>
        (_store, Dataset, Skipped) = (store, dataset, skipped);

    /// <summary>The usable images with their labels.</summary>
    public ImageDataset Dataset { get; }

    /// <summary>One message for every image that was left out.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>Reads all rows and decodes every image once, which fills the cache and finds the unreadable ones before training.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="what">"training" or "validation", for messages.</param>
    /// <param name="label">The label column of this data.</param>
    /// <param name="options">Columns, channels, policy.</param>
    /// <param name="memory">Shared by what the column holds and by decoded small images, of all data sets of a fit.</param>
    /// <param name="temporaryFolder">Where images go that do not fit into memory.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">No rows, or a row without a label.</exception>
    /// <exception cref="ImageDecodingException">An unreadable image under the policy Throw.</exception>
    public static LabelledImages Read(
        IDataView data, string what, LabelColumn label, ConvNetTrainer.Options options, MemoryBudget memory, string temporaryFolder, CancellationToken cancellationToken)
    {
        var store = new RawImageStore(new ImageDecoder(options.Decoding), options.Channels, memory, temporaryFolder);
        try
        {
            var labels = ReadRows(data, what, label, options.ImageColumnName, store, cancellationToken);
            var images = new CachedImages(store, memory);
            var faults = Check(images, options.UnreadableImages, options.Workers, cancellationToken);
            var dataset = new ImageDataset(images, labels, label.Classes.Names);
            if (!faults.IsEmpty)
                dataset = dataset.Subset([.. Enumerable.Range(0, labels.Count).Where(row => !faults.ContainsKey(row))]);
            if (dataset.Count == 0)
                throw new ArgumentException($"None of the {labels.Count} images of the {what} data can be read. {faults.Values.First()}");
            return new LabelledImages(store, dataset, [.. faults.OrderBy(f => f.Key).Select(f => f.Value)]);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static List<int> ReadRows(
        IDataView data, string what, LabelColumn label, string imageColumnName, RawImageStore store, CancellationToken cancellationToken)
    {
        var image = ImageColumn.Of(data.Schema, imageColumnName);
        var labels = new List<int>();
        using var cursor = data.GetRowCursor([label.Column, image.Column]);
        var (readLabel, readImage) = (label.GetGetter(cursor), image.GetGetter(cursor));
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            store.Add(readImage());
            labels.Add(readLabel());
            if (labels[^1] < 0 || labels[^1] >= label.Classes.Count)
            {
                throw new ArgumentException(
                    $"Row {cursor.Position} of the {what} data ({store.NameOf(labels.Count - 1)}) has no label: '{label.Column.Name}' is a missing key. " +
                    "Remove the row, or fit MapValueToKey on data that has its class.");
            }
        }

        return labels.Count > 0 ? labels : throw new ArgumentException($"The {what} data has no rows.");
    }

    /// <summary>Decodes every image; returns the message of each that cannot be read, by row. Under Throw the first row's is thrown.</summary>
    internal static ConcurrentDictionary<int, string> Check(
        CachedImages images, UnreadableImagePolicy policy, int? workers, CancellationToken cancellationToken)
    {
        var faults = new ConcurrentDictionary<int, ImageDecodingException>();
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = workers ?? Environment.ProcessorCount,
        };
        Parallel.For(0, images.Count, parallel, row =>
        {
            try
            {
                images.Read(row);
            }
            catch (ImageDecodingException e)
            {
                faults[row] = e;
            }
        });
        if (!faults.IsEmpty && policy == UnreadableImagePolicy.Throw)
        {
            var first = faults.MinBy(f => f.Key).Value;
            var others = faults.Count > 1 ? $" {faults.Count - 1} more of {images.Count} images cannot be read." : "";
            throw new ImageDecodingException(
                first.Name, $"{first.Reason}{others} Set UnreadableImages = Skip to train without such images; each is then named in the log.", first);
        }

        return new ConcurrentDictionary<int, string>(faults.Select(f => KeyValuePair.Create(f.Key, f.Value.Message)));
    }

    public void Dispose() => _store.Dispose();
}
