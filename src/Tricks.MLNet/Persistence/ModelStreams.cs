using Microsoft.ML;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Persistence;

/// <summary>A payload as three streams in a transformer's folder of ML.NET's model file.</summary>
/// <remarks>
/// ML.NET keeps <c>ModelLoadContext</c>, <c>VersionInfo</c> and the members of <see cref="ModelSaveContext"/> internal; we
/// use them past the access check. Remove when they are public.
/// </remarks>
internal static class ModelStreams
{
    private const string ManifestStream = "Manifest.json";
    private const string WeightsStream = "Weights.safetensors";
    private const string HashStream = "Sha256.bin";

    /// <summary>ML.NET's own version number stays fixed: the manifest carries ours, so that our message names the remedy.</summary>
    /// <param name="modelSignature">Eight characters that tell one kind of model from the others.</param>
    /// <param name="loaderSignature">Under which ML.NET finds the loader in our assembly.</param>
    public static VersionInfo Version(string modelSignature, string loaderSignature) => new(
        modelSignature: modelSignature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ModelStreams).Assembly.GetName().Name!, // the full name would pin the version
        loaderSignature: loaderSignature);

    public static void Save(ModelSaveContext context, VersionInfo version, ModelPayload payload)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel();
        context.SetVersionInfo(version);
        context.SaveBinaryStream(ManifestStream, writer => writer.Write(payload.Manifest));
        context.SaveBinaryStream(WeightsStream, writer => writer.Write(payload.Weights));
        context.SaveBinaryStream(HashStream, writer => writer.Write(payload.Hash()));
    }

    /// <exception cref="InvalidDataException">A stream is missing or damaged, or the content does not fit its checksum.</exception>
    public static ModelPayload Read(ModelLoadContext context, VersionInfo version)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel(version);
        _ = Task.Run(TorchBackend.EnsureLoaded); // while the weights are unzipped; whoever needs it meets its exception again
        var payload = new ModelPayload(Read(context, ManifestStream), Read(context, WeightsStream));
        payload.Verify(Read(context, HashStream)); // before a byte of it is parsed
        return payload;
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
