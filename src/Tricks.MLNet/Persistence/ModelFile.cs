using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet;
using Tricks.MLNet.Persistence;

// The model file names this assembly and the signature below; ML.NET loads the one and finds the other in it, so an
// app that never mentions our types can load our models.
[assembly: LoadableClass(
    typeof(ImageScoringTransformer), typeof(ModelFile), null, typeof(SignatureLoadModel), "Image classifier", ModelFile.LoaderSignature)]

namespace Tricks.MLNet.Persistence;

/// <summary>A transformer in ML.NET's model file, by <c>Model.Save</c> and <c>Model.Load</c>.</summary>
/// <remarks>
/// ML.NET keeps <c>LoadableClassAttribute</c>, <c>ModelLoadContext</c>, <c>VersionInfo</c> and the members of
/// <see cref="ModelSaveContext"/> internal; we use them past the access check. Remove when they are public.
/// The three streams below stand in the transformer's folder of the zip.
/// </remarks>
internal static class ModelFile
{
    public const string LoaderSignature = "TricksImageClassifier";

    private const string ManifestStream = "Manifest.json";
    private const string WeightsStream = "Weights.safetensors";
    private const string HashStream = "Sha256.bin";

    // ML.NET's own version number stays fixed: the manifest carries ours, so that our message names the remedy.
    private static VersionInfo Version => new(
        modelSignature: "TRICKSIC",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ModelFile).Assembly.GetName().Name!, // the full name would pin the version
        loaderSignature: LoaderSignature);

    public static void Save(ModelSaveContext context, ImageScoringTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(context);
        var payload = ModelContent.ToPayload(transformer);
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        context.SaveBinaryStream(ManifestStream, writer => writer.Write(payload.Manifest));
        context.SaveBinaryStream(WeightsStream, writer => writer.Write(payload.Weights));
        context.SaveBinaryStream(HashStream, writer => writer.Write(payload.Hash()));
    }

    /// <summary>ML.NET finds this method by its name and parameters.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or its format is newer. ML.NET wraps it into a
    /// <see cref="System.Reflection.TargetInvocationException"/>, as it does with every loader's.</exception>
    public static ImageScoringTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel(Version);
        var payload = new ModelPayload(Read(context, ManifestStream), Read(context, WeightsStream));
        payload.Verify(Read(context, HashStream)); // before a byte of it is parsed
        return ModelContent.FromPayload(environment, payload);
    }

    private static byte[] Read(ModelLoadContext context, string name)
    {
        using var content = new MemoryStream();
        try
        {
            if (context.TryLoadBinaryStream(name, reader => reader.BaseStream.CopyTo(content)))
                return content.ToArray();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw DamagedModel.Exception($"its part {name} cannot be read", e);
        }

        throw DamagedModel.Exception($"its part {name} is missing");
    }
}
