using Tricks.MLNet.Scoring;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using Tricks.Torch.Scoring;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet;

/// <content>What is out of range, and what the defaults stand for.</content>
public sealed partial class ConvNetTrainer
{
    /// <content>Checks.</content>
    public sealed partial class Options
    {
        internal ScoringColumns Columns => new(ImageColumnName, LabelColumnName, ScoreColumnName, PredictedLabelColumnName);

        /// <summary>A copy, so that what was checked is what is used.</summary>
        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.HeadRows = new(HeadRows);
            return copy;
        }

        /// <summary>These options with an image size where none is set, checked again.</summary>
        internal Options WithDefaultImageSize(int? imageSize)
        {
            var options = Copy();
            options.ImageSize ??= imageSize;
            options.Validate();
            return options;
        }

        internal Preprocessing EffectivePreprocessing =>
            Preprocessing ?? Architecture.DefaultPreprocessing(ImageSize, Channels);

        /// <summary>Where and how often the training is saved; null where it is not.</summary>
        internal CheckpointOptions? Checkpoints => CheckpointFolder is null ? null : new CheckpointOptions
        {
            Folder = CheckpointFolder,
            Keep = CheckpointsKept,
            EverySteps = CheckpointEverySteps,
            Every = CheckpointEvery,
            ContinueWithMoreEpochs = ContinueWithMoreEpochs,
            Facts = new Dictionary<string, string>
            {
                [nameof(Architecture)] = Architecture?.Name ?? "",
                [$"{nameof(Decoding)}.{nameof(ImageDecoderOptions.Background)}"] = $"{Decoding?.Background}",
            },
        };

        /// <summary>Throws one exception that lists every fault.</summary>
        internal void Validate()
        {
            var faults = Faults().ToList();
            if (faults.Count > 0)
            {
                throw new ArgumentException(
                    $"ConvNetTrainer cannot train with these options:{Environment.NewLine}- " +
                    string.Join($"{Environment.NewLine}- ", faults));
            }
        }

        private IEnumerable<string> Faults()
        {
            foreach (var (option, value) in new[]
            {
                (nameof(LabelColumnName), LabelColumnName), (nameof(ImageColumnName), ImageColumnName),
                (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictedLabelColumnName), PredictedLabelColumnName),
            })
            {
                if (string.IsNullOrWhiteSpace(value))
                    yield return $"{option} is empty; name a column.";
            }

            if (ScoreColumnName == PredictedLabelColumnName)
                yield return $"ScoreColumnName and PredictedLabelColumnName are both '{ScoreColumnName}'; give them different names.";
            foreach (var (option, written) in new[] { (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictedLabelColumnName), PredictedLabelColumnName) })
            {
                if (written == LabelColumnName || written == ImageColumnName)
                    yield return $"{option} is '{written}', which is the {(written == LabelColumnName ? "label" : "image")} column; the model would hide it. Give it another name.";
            }
            if (Channels is not (1 or 3))
                yield return $"Channels is {Channels}; it must be 1 (gray) or 3 (RGB).";
            if (Architecture is null)
                yield return "Architecture is null; choose one, such as Architecture.ResNet18D.";
            else if (EffectiveImageSize < Architecture.MinimumImageSize)
                yield return $"ImageSize is {EffectiveImageSize}; {Architecture} takes at least {Architecture.MinimumImageSize} pixels. Raise ImageSize, or choose an architecture for smaller images, such as one with the CIFAR stem.";
            foreach (var fault in PreprocessingFaults())
                yield return fault;
            foreach (var fault in Decoding?.Faults() ?? ["Decoding is null; use new ImageDecoderOptions()."])
                yield return fault;
            if (Recipe is null)
                yield return "Recipe is null; choose one, such as TrainingRecipe.ShortBagOfTricks.";
            foreach (var fault in Recipe?.Faults() ?? [])
                yield return fault;
            foreach (var fault in InitialWeights?.Faults() ?? [])
                yield return fault;
            if (HeadRows is null)
                yield return "HeadRows is null; leave it empty to use none.";
            if (HeadRows?.Count > 0 && InitialWeights is null)
                yield return $"HeadRows names {HeadRows.Count} rows of a classifier, but there are no InitialWeights to take them from. Set InitialWeights, or leave HeadRows empty.";
            foreach (var (name, row) in HeadRows ?? [])
            {
                if (row < 0)
                    yield return $"HeadRows[\"{name}\"] is {row}; rows count from 0.";
            }
            if (Teachers is null)
                yield return "Teachers is null; use an empty list for none.";
            foreach (var teacher in Teachers ?? [])
            {
                if (teacher.Preprocessing.Channels != Channels)
                    yield return $"Channels is {Channels}, but a teacher ({teacher.Architecture}) takes images of {teacher.Preprocessing.Channels} channels; choose a teacher that was trained with Channels = {Channels}.";
                if (Architecture is not null && EffectiveImageSize < teacher.Architecture.MinimumImageSize)
                    yield return $"ImageSize is {EffectiveImageSize}, but a teacher ({teacher.Architecture}) takes at least {teacher.Architecture.MinimumImageSize} pixels; it sees what the student sees. Raise ImageSize, or choose another teacher.";
            }
            if (Recipe is not null && Architecture is not null && SmallestImageSize < Architecture.MinimumImageSize)
                yield return $"InitialImageScale is {Recipe.InitialImageScale}, which makes images of {SmallestImageSize} pixels; {Architecture} takes at least {Architecture.MinimumImageSize}. Raise InitialImageScale or ImageSize.";
            if (ValidationFraction is not (>= 0 and < 1))
                yield return $"ValidationFraction is {ValidationFraction}; it must be in [0, 1). 0 trains on all rows and keeps the last weights.";
            foreach (var (option, rows) in new[] { (nameof(Recipe.BatchSize), Recipe?.BatchSize ?? 0), (nameof(ScoringBatchSize), ScoringBatchSize) })
            {
                if (Architecture is not null && BatchLoader.BatchBytes(rows, EffectiveImageSize, Channels) > BatchLoader.MaxBatchBytes)
                    yield return $"{option} is {rows}: that many images of {EffectiveImageSize} x {EffectiveImageSize} pixels take more than {BatchLoader.MaxBatchBytes} bytes. Lower it, or ImageSize.";
            }
            if (Architecture is not null && TestTimeAugmentation is { Crops: 5 } && BatchLoader.BatchBytes(ScoringBatchSize, EffectiveImageSize, Channels) > BatchLoader.MaxBatchBytes / 5)
                yield return $"ScoringBatchSize is {ScoringBatchSize}: five crops of that many images of {EffectiveImageSize} x {EffectiveImageSize} pixels take more than {BatchLoader.MaxBatchBytes} bytes. Lower it, or set TestTimeAugmentation.Crops = 1.";
            if (TopK < 1)
                yield return $"TopK is {TopK}; it must be at least 1.";
            if (CacheBytes < 0)
                yield return $"CacheBytes is {CacheBytes}; it must be at least 0. 0 keeps nothing in memory.";
            if (Workers < 1)
                yield return $"Workers is {Workers}; it must be at least 1, or null for the number of processors.";
            if (ScoringBatchSize < 1)
                yield return $"ScoringBatchSize is {ScoringBatchSize}; it must be at least 1.";
            foreach (var fault in TestTimeAugmentation?.Faults() ?? ["TestTimeAugmentation is null; use TestTimeAugmentation.None."])
                yield return fault;
            if (!Enum.IsDefined(ScoringPrecision))
                yield return $"ScoringPrecision is {(int)ScoringPrecision}; it must be one of {string.Join(", ", Enum.GetNames<Precision>())}.";
            if (RecordNormsEvery is < 1)
                yield return $"RecordNormsEvery is {RecordNormsEvery}; it must be at least 1, or null to record no norms.";
            foreach (var fault in Checkpoints?.Faults() ?? [])
                yield return fault;
            if (!Enum.IsDefined(UnreadableImages))
                yield return $"UnreadableImages is {(int)UnreadableImages}; it must be Throw or Skip.";
            if (!Enum.IsDefined(OnCancellation))
                yield return $"OnCancellation is {(int)OnCancellation}; it must be Throw or ReturnBest.";
        }

        private int EffectiveImageSize => Preprocessing?.ImageSize ?? ImageSize ?? Architecture.DefaultImageSize;

        private int SmallestImageSize =>
            Math.Min(EffectiveImageSize, new ImageSizeSchedule(EffectiveImageSize, Recipe.InitialImageScale, Recipe.Epochs).At(0));

        private IEnumerable<string> PreprocessingFaults()
        {
            if (Preprocessing is not { } given)
                yield break;
            if (ImageSize is { } size && size != given.ImageSize)
                yield return $"ImageSize is {size}, but Preprocessing.ImageSize is {given.ImageSize}; set only one of them.";
            if (given.Channels != Channels)
                yield return $"Channels is {Channels}, but Preprocessing.Channels is {given.Channels}; make them equal.";
            foreach (var fault in given.Faults())
                yield return fault;
        }
    }
}
