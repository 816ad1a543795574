using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <content>What can be set.</content>
public sealed partial class ConvNetFeaturesEstimator
{
    /// <summary>The options of <see cref="ConvNetFeaturesEstimator"/>. Checked together, once.</summary>
    public sealed class Options
    {
        /// <summary>The column of features that is added. Default "Features", which trainers expect.</summary>
        public string OutputColumnName = Microsoft.ML.Data.DefaultColumnNames.Features;

        /// <summary>The image: a path (text), encoded bytes, an MLImage, or a pixel vector. Default "ImagePath".</summary>
        public string ImageColumnName = "ImagePath";

        /// <summary>The network. Default ResNet-18-D.</summary>
        public Architecture Architecture = Architecture.ResNet18D;

        /// <summary>The trained weights of the network, such as <c>InitialWeights.WeightsFile("resnet18d.safetensors")</c> or a trained model. Must be set.</summary>
        public InitialWeights? InitialWeights;

        /// <summary>Height and width of the network's input in pixels; null (the default) takes the weights' own, or else the architecture's.</summary>
        public int? ImageSize;

        /// <summary>3 (RGB, the default) or 1: images are brought to gray.</summary>
        public int Channels = 3;

        /// <summary>Mean, deviation and crop; null (the default) takes what is known of the weights, or the architecture's: <see cref="ArchitecturePreprocessing.DefaultPreprocessing"/>.</summary>
        public Preprocessing? Preprocessing;

        /// <summary>How files become pixels: the cap on pixels and the colour under transparent ones (white by default).</summary>
        public ImageDecoderOptions Decoding = new();

        /// <summary>What happens when an image cannot be read: an error (Throw, the default), or features NaN (Skip), named in the log.</summary>
        public UnreadableImagePolicy UnreadableImages = UnreadableImagePolicy.Throw;

        /// <summary>Rows that share one forward pass. At least 1, default 32.</summary>
        public int BatchSize = 32;

        internal Options Copy() => (Options)MemberwiseClone();

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

        private int EffectiveImageSize => Preprocessing?.ImageSize ?? ImageSize ?? Architecture.DefaultImageSize;

        /// <summary>Throws one exception that lists every fault.</summary>
        internal void Validate()
        {
            var faults = Faults().ToList();
            if (faults.Count > 0)
            {
                throw new ArgumentException(
                    $"ConvNetFeatures cannot work with these options:{Environment.NewLine}- " +
                    string.Join($"{Environment.NewLine}- ", faults));
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
            if (InitialWeights is null)
                yield return "InitialWeights is null; features of random weights tell nothing. Set it to a weights file or a trained model.";
            foreach (var fault in InitialWeights?.Faults() ?? [])
                yield return fault;
            if (Channels is not (1 or 3))
                yield return $"Channels is {Channels}; it must be 1 (gray) or 3 (RGB).";
            if (Architecture is null)
                yield return "Architecture is null; choose the one of the weights.";
            else if (EffectiveImageSize < Architecture.MinimumImageSize)
                yield return $"ImageSize is {EffectiveImageSize}; {Architecture} takes at least {Architecture.MinimumImageSize} pixels.";
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
            if (!Enum.IsDefined(UnreadableImages))
                yield return $"UnreadableImages is {(int)UnreadableImages}; it must be Throw or Skip.";
            if (BatchSize < 1)
                yield return $"BatchSize is {BatchSize}; it must be at least 1.";
            else if (Architecture is not null && BatchLoader.BatchBytes(BatchSize, EffectiveImageSize, Channels) > BatchLoader.MaxBatchBytes)
                yield return $"BatchSize is {BatchSize}: that many images of {EffectiveImageSize} x {EffectiveImageSize} pixels take more than {BatchLoader.MaxBatchBytes} bytes. Lower it, or ImageSize.";
        }
    }
}
