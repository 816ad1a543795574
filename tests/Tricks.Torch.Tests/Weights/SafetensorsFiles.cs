using System.Buffers.Binary;
using System.Text;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Files made by hand from the format's description, independent of our writer.</summary>
internal static class SafetensorsFiles
{
    /// <summary>Two tensors and metadata: a = (2, 2) float32, b = one int64.</summary>
    internal const string SmallHeader =
        """{"__metadata__":{"who":"hand"},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}""";

    internal static byte[] Small => File(SmallHeader, SmallData);

    internal static byte[] File(string header, params byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    internal static byte[] File(byte[] header, params byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>Fails unless the file is refused by the one exception type, with no tensor left.</summary>
    internal static string Refused(byte[] file)
    {
        var message = Assert.ThrowsExactly<SafetensorsException>(() => Safetensors.Read(file)).Message;
        TensorLeaks.AssertNone(() => Assert.ThrowsExactly<SafetensorsException>(() => Safetensors.Read(new UnseekableStream(file))));
        return message;
    }

    private static byte[] SmallData
    {
        get
        {
            var data = new byte[24];
            BinaryPrimitives.WriteInt64LittleEndian(data, -2);
            for (var i = 0; i < 4; i++)
                BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(8 + (4 * i)), 1.5f * i);
            return data;
        }
    }
}
