using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet;
using Tricks.MLNet.Persistence;

// The model file names this assembly and the signature below; ML.NET loads the one and finds the other in it, so an
// app that never mentions our types can load our models.
[assembly: LoadableClass(
    typeof(ImageScoringTransformer), typeof(ModelFile), null, typeof(SignatureLoadModel), "Image classifier", ModelFile.LoaderSignature)]

namespace Tricks.MLNet.Persistence;

/// <summary>A classifier in ML.NET's model file, by <c>Model.Save</c> and <c>Model.Load</c>.</summary>
/// <remarks>ML.NET keeps <c>LoadableClassAttribute</c> internal; we use it past the access check. Remove when it is public.</remarks>
internal static class ModelFile
{
    public const string LoaderSignature = "TricksImageClassifier";

    private static VersionInfo Version => ModelStreams.Version("TRICKSIC", LoaderSignature);

    public static void Save(ModelSaveContext context, ImageScoringTransformer transformer) =>
        ModelStreams.Save(context, Version, ModelContent.ToPayload(transformer));

    /// <summary>ML.NET finds this method by its name and parameters.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or its format is newer. ML.NET wraps it into a
    /// <see cref="System.Reflection.TargetInvocationException"/>, as it does with every loader's.</exception>
    public static ImageScoringTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return ModelContent.FromPayload(environment, ModelStreams.Read(context, Version));
    }
}
