using Tricks.MLNet.Interop;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Training;

/// <summary>The images that initial weights were trained on, unless the options say something else.</summary>
internal static class InitialPreprocessing
{
    private const string Activity = "InitialWeights";

    /// <param name="weights">A trained model gives its own preprocessing, where size and channels are its own too.</param>
    /// <param name="config">What is said of the weights of a file; null for nothing.</param>
    /// <param name="given">The user's choice, which comes before all others.</param>
    /// <param name="effective">The preprocessing of the options with this image size where they set none.</param>
    /// <param name="log">Told what is used.</param>
    public static Preprocessing Of(
        InitialWeights? weights, PretrainedConfig? config, Preprocessing? given, Func<int?, Preprocessing> effective, HostLog log)
    {
        var from = weights is TrainedModelWeights ? "the trained model" : config?.From;
        if (from is null)
            return given ?? effective(null);
        if (given is not null)
        {
            log.Info(Activity, $"Options.Preprocessing is used, and not that of {from}.");
            return given;
        }

        if (weights is TrainedModelWeights { Model.Preprocessing: var trained })
        {
            var own = effective(trained.ImageSize);
            return own.ImageSize == trained.ImageSize && own.Channels == trained.Channels ? trained : own;
        }

        var preprocessing = config!.Apply(effective(config.ImageSize));
        log.Info(Activity, $"Preprocessing of {from}: {config.Describe(preprocessing)}.");
        return preprocessing;
    }
}
