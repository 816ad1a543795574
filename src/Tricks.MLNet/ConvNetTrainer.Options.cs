using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <content>What can be set.</content>
public sealed partial class ConvNetTrainer
{
    /// <summary>The options of <see cref="ConvNetTrainer"/>. Checked together, once, before any data is read.</summary>
    public sealed partial class Options
    {
        /// <summary>The label: a key column with values, as <c>MapValueToKey</c> makes it. Default "Label".</summary>
        public string LabelColumnName = DefaultColumnNames.Label;

        /// <summary>The image: a path (text), encoded bytes, an MLImage, or a pixel vector. Default "ImagePath".</summary>
        public string ImageColumnName = "ImagePath";

        /// <summary>The column of class probabilities that the model adds. Default "Score", which evaluators expect.</summary>
        public string ScoreColumnName = DefaultColumnNames.Score;

        /// <summary>The column of the predicted class that the model adds, a key. Default "PredictedLabel", which evaluators expect.</summary>
        public string PredictedLabelColumnName = DefaultColumnNames.PredictedLabel;

        /// <summary>The network. Default ResNet-18-D.</summary>
        public Architecture Architecture = Architecture.ResNet18D;

        /// <summary>Height and width of the network's input in pixels; null (the default) takes the architecture's own: 224, 299 for Inception-v3, or 32.</summary>
        public int? ImageSize;

        /// <summary>3 (RGB, the default) or 1: images are brought to gray.</summary>
        public int Channels = 3;

        /// <summary>Mean, deviation, evaluation crop and resizing filter; null (the default) takes the architecture's: <see cref="ArchitecturePreprocessing.DefaultPreprocessing"/>.</summary>
        public Preprocessing? Preprocessing;

        /// <summary>How the network is trained. Default <see cref="TrainingRecipe.ShortBagOfTricks"/>.</summary>
        public TrainingRecipe Recipe = TrainingRecipe.ShortBagOfTricks;

        /// <summary>The weights that training starts from, such as <c>InitialWeights.WeightsFile("resnet50d.safetensors")</c>; null (the default) draws them at random.</summary>
        public InitialWeights? InitialWeights;

        /// <summary>
        /// Classes that begin with a row of the classifier of <see cref="InitialWeights"/>: name and row, such as
        /// <c>HeadRows = { ["hotdog"] = 934 }</c> for ImageNet's hotdog. With any row given, the other classes begin afresh,
        /// except that classes of a trained model keep theirs by name. Default none.
        /// </summary>
        public Dictionary<string, int> HeadRows = [];

        /// <summary>
        /// Trained models that the network also learns from: knowledge distillation (BoT §5.3), with <see cref="TrainingRecipe.DistillationTemperature"/>
        /// and <see cref="TrainingRecipe.DistillationWeight"/>. They must have the same classes in the same order and the same channels, and must
        /// not be disposed before the training ends. Of several, the probabilities are averaged. Empty (the default) is off.
        /// </summary>
        public IReadOnlyList<ImageScoringTransformer> Teachers = [];

        /// <summary>Rows that choose the best epoch; their label must have the same key values. Null (the default) splits them off the training rows.</summary>
        public IDataView? ValidationSet;

        /// <summary>The share of each class that is split off for validation when there is no <see cref="ValidationSet"/>. In [0, 1), default 0.1; 0 trains on all rows and keeps the last weights.</summary>
        public double ValidationFraction = 0.1;

        /// <summary>k of the top-k accuracy that is reported. At least 1, default 5; at most the number of classes is used.</summary>
        public int TopK = 5;

        /// <summary>How files become pixels, in training and later in scoring: the cap on pixels and the colour under transparent ones (white by default).</summary>
        public ImageDecoderOptions Decoding = new();

        /// <summary>What happens when an image cannot be read, in training and later in scoring. Default Throw.</summary>
        public UnreadableImagePolicy UnreadableImages = UnreadableImagePolicy.Throw;

        /// <summary>Told after each epoch, on the training thread.</summary>
        public IProgress<EpochResult>? Progress;

        /// <summary>Ends the training within one step; <c>MLContext.CancelExecution</c> does too.</summary>
        public CancellationToken CancellationToken;

        /// <summary>What a cancelled training gives. Default an <see cref="OperationCanceledException"/>.</summary>
        public CancellationBehavior OnCancellation = CancellationBehavior.Throw;

        /// <summary>
        /// A folder for checkpoints of this training, made if it is missing; null (the default) saves none. The same <c>Fit</c> again
        /// continues from the newest, bit for bit; after a finished training it returns that model at once. See docs/checkpoints.md.
        /// </summary>
        public string? CheckpointFolder;

        /// <summary>Also save after every so many steps; null (the default) saves after each epoch only. At least 1.</summary>
        public int? CheckpointEverySteps;

        /// <summary>Also save after a step when this time has passed since the last save; null (the default) does not. Greater than 0.</summary>
        public TimeSpan? CheckpointEvery;

        /// <summary>How many checkpoints are kept. At least 1, default 3: if the newest is damaged, the one before serves.</summary>
        public int CheckpointsKept = 3;

        /// <summary>
        /// Whether a training may go on to more epochs than it was begun with (a warm restart). Default false: the changed recipe
        /// is refused. The learning rate then follows the schedule of the new number of epochs; the log says from what to what.
        /// </summary>
        public bool ContinueWithMoreEpochs;

        /// <summary>
        /// Steps from one recording of every parameter's weight and gradient norm to the next, for <see cref="EpochResult.Norms"/>,
        /// <see cref="GradientDiagnosis"/> and the model's training record. At least 1; null (the default) records none. It changes no bit of the training.
        /// </summary>
        public int? RecordNormsEvery;

        /// <summary>All random draws are a function of it; null (the default) takes the MLContext's seed, or 0.</summary>
        public int? Seed;

        /// <summary>Bytes of memory for images kept between epochs; null (the default) allows a quarter of the machine's. It changes the speed, never the result.</summary>
        public long? CacheBytes;

        /// <summary>Threads that decode and augment; null (the default) takes the number of processors.</summary>
        public int? Workers;

        /// <summary>The views of an image that the trained model averages over when it scores: mirrored, several crops. Default the centre crop alone.</summary>
        public TestTimeAugmentation TestTimeAugmentation = TestTimeAugmentation.None;

        /// <summary>
        /// Whether the trained model's scores are divided by a temperature that is fitted on the validation rows (<see cref="TemperatureScaling"/>), so that a score of
        /// 0.8 is right in 80 of 100 cases; <see cref="ImageScoringTransformer.Calibration"/> says how far it brought them. The predicted classes stay the same. Default false.
        /// It needs validation rows, the more the better: see <see cref="ImageClassifier.Calibrate"/>.
        /// </summary>
        public bool CalibrateTemperature;

        /// <summary>Rows that the trained model scores in one forward pass. At least 1, default 32.</summary>
        public int ScoringBatchSize = 32;

        /// <summary>
        /// The number format in which the trained model scores, kept in its file. Default <see cref="Precision.Float32"/>; BFloat16 is about
        /// twice as fast on processors with avx512_bf16. It can be changed later: <see cref="ImageScoringTransformer.ScoringPrecision"/>.
        /// </summary>
        public Precision ScoringPrecision;
    }
}
