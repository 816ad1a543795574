using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet;

/// <content>What can be set.</content>
public sealed partial class SimClrEstimator
{
    /// <summary>The options of <see cref="SimClrEstimator"/>. Checked together, once, before any data is read.</summary>
    public sealed class Options
    {
        /// <summary>The image: a path (text), encoded bytes, an MLImage, or a pixel vector. Default "ImagePath". No label is read.</summary>
        public string ImageColumnName = "ImagePath";

        /// <summary>The column of features h that the model adds. Default "Features", which trainers expect.</summary>
        public string OutputColumnName = DefaultColumnNames.Features;

        /// <summary>The encoder; null (the default) takes ResNet-18, with the CIFAR stem up to 64 pixels as the paper does.</summary>
        public Architecture? Architecture;

        /// <summary>Height and width of a view in pixels; null (the default) takes the architecture's own; without an architecture 32.</summary>
        public int? ImageSize;

        /// <summary>3 (RGB, the default) or 1: images are brought to gray.</summary>
        public int Channels = 3;

        /// <summary>Mean, deviation and evaluation crop; null (the default) takes the architecture's: <see cref="ArchitecturePreprocessing.DefaultPreprocessing"/>.</summary>
        public Preprocessing? Preprocessing;

        /// <summary>How the encoder is pretrained. Default <see cref="SimClrRecipe.Short"/>.</summary>
        public SimClrRecipe Recipe = SimClrRecipe.Short;

        /// <summary>Whether images smaller than the views may be used; they would only be enlarged. Default false: an error names the first.</summary>
        public bool EnlargeSmallImages;

        /// <summary>How files become pixels: the cap on pixels and the colour under transparent ones (white by default).</summary>
        public ImageDecoderOptions Decoding = new();

        /// <summary>What happens when an image cannot be read, in pretraining and later. Default Throw.</summary>
        public UnreadableImagePolicy UnreadableImages = UnreadableImagePolicy.Throw;

        /// <summary>Labelled rows (a key column) from which the online probe learns; null (the default) for no probe. It never influences the pretraining.</summary>
        public IDataView? ProbeTrainSet;

        /// <summary>Labelled rows on which the online probe is tried after epochs; set together with <see cref="ProbeTrainSet"/>.</summary>
        public IDataView? ProbeTestSet;

        /// <summary>The label of the probe's rows. Default "Label".</summary>
        public string ProbeLabelColumnName = DefaultColumnNames.Label;

        /// <summary>The probe is run after every so many epochs, and after the last. At least 1, default 1.</summary>
        public int ProbeEveryEpochs = 1;

        /// <summary>Told after each epoch, on the training thread.</summary>
        public IProgress<SimClrEpoch>? Progress;

        /// <summary>Ends the pretraining within one step; <c>MLContext.CancelExecution</c> does too.</summary>
        public CancellationToken CancellationToken;

        /// <summary>A folder for a checkpoint after each epoch; the same <c>Fit</c> again continues from the newest, bit for bit. Null (the default) for none.</summary>
        public string? CheckpointFolder;

        /// <summary>All random draws are a function of it; null (the default) takes the MLContext's seed, or 0.</summary>
        public int? Seed;

        /// <summary>Bytes of memory for images kept between epochs; null (the default) allows a quarter of the machine's. It changes the speed, never the result.</summary>
        public long? CacheBytes;

        /// <summary>Threads that decode and make views; null (the default) takes the number of processors.</summary>
        public int? Workers;

        /// <summary>Rows that share one forward pass of the trained featurizer. At least 1, default 32.</summary>
        public int ScoringBatchSize = 32;

        internal Options Copy() => (Options)MemberwiseClone();

        internal int EffectiveImageSize => Preprocessing?.ImageSize ?? ImageSize ?? Architecture?.DefaultImageSize ?? 32;

        internal Architecture EffectiveArchitecture => Architecture ?? Tricks.Torch.Models.Architecture.ResNet(
            18, ResNetVariant.B, EffectiveImageSize <= Tricks.Torch.Transforms.Preprocessing.SmallImageSize ? Stem.Cifar : Stem.ImageNet);

        internal Preprocessing EffectivePreprocessing =>
            Preprocessing ?? EffectiveArchitecture.DefaultPreprocessing(EffectiveImageSize, Channels);

        internal CheckpointOptions? Checkpoints => CheckpointFolder is null ? null : new CheckpointOptions
        {
            Folder = CheckpointFolder,
            Facts = new Dictionary<string, string> { [nameof(Architecture)] = EffectiveArchitecture.Name },
        };

        /// <summary>Throws one exception that lists every fault.</summary>
        internal void Validate()
        {
            var faults = Faults().ToList();
            if (faults.Count > 0)
            {
                throw new ArgumentException(
                    $"SimClr cannot pretrain with these options:{Environment.NewLine}- " + string.Join($"{Environment.NewLine}- ", faults));
            }
        }

        private IEnumerable<string> Faults()
        {
            if (string.IsNullOrWhiteSpace(OutputColumnName))
                yield return "OutputColumnName is empty; name a column.";
            if (string.IsNullOrWhiteSpace(ImageColumnName))
                yield return "ImageColumnName is empty; name a column.";
            if (OutputColumnName == ImageColumnName)
                yield return $"OutputColumnName and ImageColumnName are both '{ImageColumnName}'; the features would hide the images. Give them different names.";
            if (Channels is not (1 or 3))
                yield return $"Channels is {Channels}; it must be 1 (gray) or 3 (RGB).";
            if (EffectiveImageSize < EffectiveArchitecture.MinimumImageSize)
                yield return $"ImageSize is {EffectiveImageSize}; {EffectiveArchitecture} takes at least {EffectiveArchitecture.MinimumImageSize} pixels. Raise ImageSize, or choose an architecture with the CIFAR stem.";
            if (Preprocessing is { } given)
            {
                if (ImageSize is { } size && size != given.ImageSize)
                    yield return $"ImageSize is {size}, but Preprocessing.ImageSize is {given.ImageSize}; set only one of them.";
                if (given.Channels != Channels)
                    yield return $"Channels is {Channels}, but Preprocessing.Channels is {given.Channels}; make them equal.";
                foreach (var fault in given.Faults())
                    yield return fault;
            }

            foreach (var fault in Decoding?.Faults() ?? ["Decoding is null; use new ImageDecoderOptions()."])
                yield return fault;
            foreach (var fault in Recipe?.Faults() ?? ["Recipe is null; choose one, such as SimClrRecipe.Short."])
                yield return fault;
            foreach (var fault in Checkpoints?.Faults() ?? [])
                yield return fault;
            if (ProbeTrainSet is null != ProbeTestSet is null)
                yield return $"{(ProbeTrainSet is null ? nameof(ProbeTestSet) : nameof(ProbeTrainSet))} is set alone; the probe learns from one set and is tried on the other. Set both, or none.";
            if (ProbeEveryEpochs < 1)
                yield return $"ProbeEveryEpochs is {ProbeEveryEpochs}; it must be at least 1.";
            if (!Enum.IsDefined(UnreadableImages))
                yield return $"UnreadableImages is {(int)UnreadableImages}; it must be Throw or Skip.";
            if (CacheBytes < 0)
                yield return $"CacheBytes is {CacheBytes}; it must be at least 0. 0 keeps nothing in memory.";
            if (Workers < 1)
                yield return $"Workers is {Workers}; it must be at least 1, or null for the number of processors.";
            if (ScoringBatchSize < 1)
                yield return $"ScoringBatchSize is {ScoringBatchSize}; it must be at least 1.";
        }
    }
}
