using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet;
using Tricks.MLNet.Persistence;

[assembly: LoadableClass(
    typeof(ConvNetFeaturesTransformer), typeof(FeaturizerFile), null, typeof(SignatureLoadModel), "Image featurizer", FeaturizerFile.LoaderSignature)]

namespace Tricks.MLNet.Persistence;

/// <summary>A featurizer in ML.NET's model file, by <c>Model.Save</c> and <c>Model.Load</c>; see <see cref="ModelFile"/>.</summary>
internal static class FeaturizerFile
{
    public const string LoaderSignature = "TricksImageFeaturizer";

    private static VersionInfo Version => ModelStreams.Version("TRICKSIF", LoaderSignature);

    public static void Save(ModelSaveContext context, ConvNetFeaturesTransformer transformer) =>
        ModelStreams.Save(context, Version, FeaturizerContent.ToPayload(transformer));

    /// <summary>ML.NET finds this method by its name and parameters.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or its format is newer. ML.NET wraps it into a
    /// <see cref="System.Reflection.TargetInvocationException"/>, as it does with every loader's.</exception>
    public static ConvNetFeaturesTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return FeaturizerContent.FromPayload(environment, ModelStreams.Read(context, Version));
    }
}
