using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>A number type of the format that TorchSharp has too: its name, and the bytes of one value.</summary>
internal sealed record SafetensorsType(string Name, ScalarType Scalar, int Bytes)
{
    private static readonly SafetensorsType[] All =
    [
        new("F64", ScalarType.Float64, 8),
        new("F32", ScalarType.Float32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("I64", ScalarType.Int64, 8),
        new("I32", ScalarType.Int32, 4),
        new("I16", ScalarType.Int16, 2),
        new("I8", ScalarType.Int8, 1),
        new("U8", ScalarType.Byte, 1),
    ];

    private static string Known => string.Join(", ", All.Select(type => type.Name));

    internal static SafetensorsType Of(ScalarType scalar) =>
        All.FirstOrDefault(type => type.Scalar == scalar)
        ?? throw new NotSupportedException($"{scalar} cannot be written; convert the tensor to one of {Known}.");

    internal static SafetensorsType Parse(string name) =>
        All.FirstOrDefault(type => type.Name == name)
        ?? throw new SafetensorsException($"The type '{name}' is not supported; known are {Known}.");
}
