using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Persistence;
using Tricks.MLNet.Scoring;
using Tricks.MLNet.Training;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <summary>A trained image classifier as an ML.NET transformer: adds the columns Score and PredictedLabel.</summary>
/// <remarks>
/// <para>Score is a vector of Single, the probability of each class (softmax of the network's logits, see <see cref="TestTimeAugmentation"/> and
/// <see cref="Calibration"/>), with the class
/// names as slot names. PredictedLabel is a key whose values are those of the label column in training, in their type;
/// of several equal scores the first class wins.</para>
/// <para>The image column may be an image, encoded bytes, a path (relative to the current directory) or a vector of
/// pixels 0..255, whatever it was in training. Scoring is lazy and batched: <see cref="ScoringBatchSize"/> rows are
/// read ahead and share one forward when the first of their scores is asked for, which changes a score by less than
/// 1e-6. <c>PredictionEngine</c> scores row by row. Several threads may use one model.</para>
/// <para>Owns the network. Disposing it frees the weights; <c>PredictionEngine.Dispose</c> does so too, unless created
/// with <c>OwnsTransformer = false</c>.</para>
/// <para><c>mlContext.Model.Save</c> and <c>Load</c> keep everything except <see cref="SkippedImages"/>. A damaged
/// or newer file is an <see cref="InvalidDataException"/>, which ML.NET wraps into a
/// <see cref="System.Reflection.TargetInvocationException"/>. Load only models that you trust: ML.NET's own part of the
/// file names assemblies to load.</para>
/// </remarks>
public sealed class ImageScoringTransformer
    : ISingleFeaturePredictionTransformer<ImageClassifier>, ISingleFeaturePredictionTransformer, IDisposable
{
    private readonly IHostEnvironment _environment;
    private readonly HostLog _log;
    private readonly ScoringOptions _options;

    /// <summary>Takes ownership of a classifier.</summary>
    /// <exception cref="ArgumentException">The classes are not as many as the classifier's, or the batch size is below 1.</exception>
    internal ImageScoringTransformer(
        IHostEnvironment environment, ImageClassifier classifier, ClassLabels classes, ScoringOptions options)
    {
        if (classes.Count != classifier.Classes)
            throw new ArgumentException($"There are {classes.Count} class names for a network of {classifier.Classes} classes.", nameof(classes));
        if (options.BatchSize < 1)
            throw new ArgumentException($"ScoringBatchSize is {options.BatchSize}; it must be at least 1.", nameof(options));
        (_environment, Model, Classes, _options) = (environment, classifier, classes, options);
        _log = new HostLog(environment, nameof(ImageScoringTransformer));
    }

    /// <summary>The network with its preprocessing; owned by this transformer.</summary>
    public ImageClassifier Model { get; }

    /// <summary>The names of the classes in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture => Model.Architecture;

    /// <summary>What happens to an image before the network sees it.</summary>
    public Preprocessing Preprocessing => Model.Preprocessing;

    /// <summary>The views of an image that Score averages over; kept by <c>Model.Save</c>.</summary>
    public TestTimeAugmentation TestTimeAugmentation => Model.TestTimeAugmentation;

    /// <summary>The temperature that Score was brought nearer to the truth with, and how near; null without <see cref="ConvNetTrainer.Options.CalibrateTemperature"/>. Kept by <c>Model.Save</c>.</summary>
    public Calibration? Calibration => Model.Calibration;

    /// <summary>How the model was trained, a JSON object: the recipe, and loss and accuracy of each epoch.</summary>
    public string TrainingRecord => _options.TrainingRecord;

    /// <summary>The files or rows that training skipped as unreadable. Empty after loading: a saved model names no files.</summary>
    public IReadOnlyList<string> SkippedImages => _options.SkippedImages;

    /// <summary>What happens to an image that cannot be read: an error, or Score NaN and PredictedLabel missing, named in the log.</summary>
    public UnreadableImagePolicy UnreadableImages => _options.UnreadableImages;

    /// <summary>Rows per forward.</summary>
    public int ScoringBatchSize => _options.BatchSize;

    /// <summary>The number format in which the network scores; kept when the model is saved. Default <see cref="Precision.Float32"/>.</summary>
    /// <remarks>
    /// BFloat16 is about twice as fast on processors with avx512_bf16 or amx_bf16; predictions that are close may differ. A saved
    /// model whose format this machine cannot use scores in Float32 here, and the log says so.
    /// </remarks>
    /// <exception cref="ArgumentException">The value is none of the enum's, or Float16 on a CPU.</exception>
    /// <exception cref="TorchBackendException">This machine does not compute rightly in it (<see cref="PrecisionSelfTest"/>).</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Precision ScoringPrecision
    {
        get => Model.Precision;
        set => Model.Precision = value;
    }

    /// <summary>The name of the image column.</summary>
    public string FeatureColumnName => _options.Columns.Image;

    /// <summary>The type of the image column in training; the other kinds of image column are scored as well.</summary>
    public DataViewType FeatureColumnType => _options.ImageKind switch
    {
        ImageColumnKind.Image => new ImageDataViewType(),
        ImageColumnKind.EncodedBytes => new VectorDataViewType(NumberDataViewType.Byte),
        ImageColumnKind.Pixels => new VectorDataViewType(NumberDataViewType.Single),
        _ => TextDataViewType.Instance,
    };

    internal ClassLabels Classes { get; }

    internal ScoringOptions Options => _options;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The input schema with Score and PredictedLabel added.</summary>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    /// <summary>The input with Score and PredictedLabel added. Nothing is read before a cursor asks for it.</summary>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringDataView(input, Bind(input.Schema), NewScorer, _options.BatchSize);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoringRowMapper(Bind(inputSchema), NewScorer);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelFile.Save(ctx, this);

    /// <summary>The weights as a start for another training: classes of equal names keep their rows of the classifier, new ones begin afresh.</summary>
    /// <remarks>They are copied when <c>Fit</c> begins; this model must not be disposed before then, and is not changed.</remarks>
    public InitialWeights ToInitialWeights() => new TrainedModelWeights(this);

    /// <summary>The same as <see cref="ToInitialWeights"/>, so that an option reads <c>InitialWeights = model</c>.</summary>
    public static implicit operator InitialWeights(ImageScoringTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.ToInitialWeights();
    }

    /// <summary>The last image classifier in a model, such as a loaded pipeline.</summary>
    /// <param name="model">A transformer, or a chain of transformers, of which the classifier stays a part.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ImageScoringTransformer In(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Flatten(model).OfType<ImageScoringTransformer>().LastOrDefault() ?? throw new ArgumentException(
            "The model has no image classifier of Tricks.MLNet in it.", nameof(model));

        static IEnumerable<ITransformer> Flatten(ITransformer part) =>
            part is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [part];
    }

    /// <summary>Frees the weights, once no thread is scoring any more.</summary>
    public void Dispose() => Model.Dispose();

    private ScoringBindings Bind(DataViewSchema input) => new(input, _options.Columns.Image, new ClassifierColumns(_options.Columns, Classes));

    private ImageScorer NewScorer() => new(
        ImageVectors.Scores(Model), Preprocessing.Channels, _options.Decoding, _options.UnreadableImages, _log);
}
