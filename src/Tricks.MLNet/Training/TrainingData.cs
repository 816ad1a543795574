using Microsoft.ML;
using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Training;

/// <summary>The rows to learn from and the rows that choose the best epoch.</summary>
internal sealed class TrainingData : IDisposable
{
    private readonly List<LabelledImages> _sources;

    private TrainingData(List<LabelledImages> sources, ImageDataset training, ImageDataset? validation) =>
        (_sources, Training, Validation) = (sources, training, validation);

    public ImageDataset Training { get; }

    /// <summary>Null where the user wants no validation.</summary>
    public ImageDataset? Validation { get; }

    /// <summary>One message for every image that was left out, of both sets.</summary>
    public IReadOnlyList<string> Skipped => [.. _sources.SelectMany(source => source.Skipped)];

    /// <summary>Reads both sets, or splits the validation rows off by seed, and checks what can be known before training.</summary>
    /// <exception cref="ArgumentException">The classes of the sets differ, a class has no images, or the batch is larger than the data.</exception>
    public static TrainingData Read(
        IDataView trainData,
        IDataView? validationData,
        LabelColumn label,
        ConvNetTrainer.Options options,
        long seed,
        string temporaryFolder,
        HostLog log,
        CancellationToken cancellationToken)
    {
        var validationLabel = validationData is null ? null : ValidationLabel(validationData, label, options);
        var sources = new List<LabelledImages>();
        try
        {
            var memory = new MemoryBudget(options.CacheBytes);
            sources.Add(LabelledImages.Read(trainData, "training", label, options, memory, temporaryFolder, cancellationToken));
            RefuseSingleClass(sources[0].Dataset);
            var (training, validation) = (sources[0].Dataset, (ImageDataset?)null);
            if (validationData is not null)
            {
                sources.Add(LabelledImages.Read(validationData, "validation", validationLabel!, options, memory, temporaryFolder, cancellationToken));
                validation = sources[1].Dataset;
            }
            else if (options.ValidationFraction > 0)
            {
                var (trainingRows, validationRows) = StratifiedSplit.By(training.Labels, options.ValidationFraction, seed);
                (training, validation) = (sources[0].Dataset.Subset(trainingRows), sources[0].Dataset.Subset(validationRows));
            }

            var data = new TrainingData(sources, training, validation);
            data.Report(log);
            data.RefuseUnseenClasses();
            return data;
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <summary>Checks the validation columns before the first image is read.</summary>
    private static LabelColumn ValidationLabel(IDataView data, LabelColumn training, ConvNetTrainer.Options options)
    {
        try
        {
            ImageColumn.Of(data.Schema, options.ImageColumnName);
            return SameClasses(training, LabelColumn.Of(data.Schema, options.LabelColumnName));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException(
                $"The validation data does not fit the training data. {e.Message} " +
                "Validation rows do not run through the pipeline: transform both sets with one fitted MapValueToKey, then fit the trainer on them.", e);
        }
    }

    private void Report(HostLog log)
    {
        log.Info("Data", $"{Training.Count} training and {Validation?.Count ?? 0} validation images of {Training.ClassNames.Count} classes");
        foreach (var skipped in Skipped)
            log.Warning("Data", $"Skipped {skipped}");
        if (Skipped.Count > 0)
            log.Warning("Data", $"{Skipped.Count} unreadable images were skipped");
        var counts = CountPerClass(Training);
        for (var c = 0; c < counts.Length; c++)
        {
            if (counts[c] == 0)
                log.Warning("Data", $"The class '{Training.ClassNames[c]}' has no training image; the model can only learn to rule it out");
        }
    }

    private static void RefuseSingleClass(ImageDataset training)
    {
        if (training.Labels.Distinct().Count() < 2)
        {
            throw new ArgumentException(
                $"All {training.Count} training images are of the class '{training.ClassNames[training.Labels[0]]}'; a classifier needs images of at least 2. Check the label column.");
        }
    }

    private void RefuseUnseenClasses()
    {
        if (Validation is null)
            return;
        var counts = CountPerClass(Training);
        var unseen = Validation.Labels.Distinct().Where(c => counts[c] == 0).Order().ToList();
        if (unseen.Count > 0)
        {
            throw new ArgumentException(
                $"The validation data has images of {string.Join(", ", unseen.Select(c => $"'{Training.ClassNames[c]}'"))}, " +
                "of which the training data has none, so no model could get them right. Add training images of the class, or take it out of the validation data.");
        }
    }

    private static int[] CountPerClass(ImageDataset dataset)
    {
        var counts = new int[dataset.ClassNames.Count];
        foreach (var label in dataset.Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>The validation label, if class number c means the same class in both sets.</summary>
    private static LabelColumn SameClasses(LabelColumn training, LabelColumn validation)
    {
        if (training.Classes.Names.SequenceEqual(validation.Classes.Names))
            return validation;
        var onlyInValidation = validation.Classes.Names.Except(training.Classes.Names).ToList();
        throw new ArgumentException(
            (onlyInValidation.Count > 0
                ? $"The validation data has classes that the training data lacks: {string.Join(", ", onlyInValidation.Take(10).Select(name => $"'{name}'"))}. "
                : "The label keys of the validation data stand for other classes than those of the training data. ") +
            "Fit MapValueToKey once on the training data and transform both sets with it.");
    }

    public void Dispose() => _sources.ForEach(source => source.Dispose());
}
