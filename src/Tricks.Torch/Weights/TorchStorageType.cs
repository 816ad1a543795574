using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>A number type of PyTorch's storages: the name in a pickle, and the bytes of one value.</summary>
internal sealed record TorchStorageType(string Name, ScalarType Scalar, int Bytes)
{
    internal static readonly TorchStorageType[] All =
    [
        new("torch.DoubleStorage", ScalarType.Float64, 8),
        new("torch.FloatStorage", ScalarType.Float32, 4),
        new("torch.HalfStorage", ScalarType.Float16, 2),
        new("torch.BFloat16Storage", ScalarType.BFloat16, 2),
        new("torch.LongStorage", ScalarType.Int64, 8),
        new("torch.IntStorage", ScalarType.Int32, 4),
        new("torch.ShortStorage", ScalarType.Int16, 2),
        new("torch.CharStorage", ScalarType.Int8, 1),
        new("torch.ByteStorage", ScalarType.Byte, 1),
        new("torch.BoolStorage", ScalarType.Bool, 1),
    ];

    internal static TorchStorageType? Find(string name) => Array.Find(All, type => type.Name == name);
}
