using System.Buffers.Binary;
using System.Text;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Whatever the bytes: content, or <see cref="SafetensorsException"/>, and never more memory than there are bytes.</summary>
[TestClass]
public sealed class SafetensorsMalformedTests
{
    [TestMethod]
    [DataRow("""[]""", "'{'")]
    [DataRow(""" {}""", "'{'")]
    [DataRow("""{""", "JSON")]
    [DataRow("""{} x""", "JSON")]
    [DataRow("""{}{}""", "JSON")]
    [DataRow("""{"a":1}""", "Number where StartObject")]
    [DataRow("""{"a":null}""", "Null where StartObject")]
    [DataRow("""{"a":{}}""", "needs dtype, shape and two data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1]}}""", "needs dtype, shape and two data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "needs dtype, shape and two data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", "more than 2")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", "field 'x'")]
    [DataRow("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "field 'dtype'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice")]
    [DataRow("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", "'F99' is not supported")]
    [DataRow("""{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", "Number where String")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "whole number")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "whole number")]
    [DataRow("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "whole number")]
    [DataRow("""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", "whole number")]
    [DataRow("""{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}""", "whole number")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", "more than 2147483647 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "more than 2147483647 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}""", "more than 2147483647 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", "more than 16")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "has 8 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "data_offsets are [4, 0]")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""", "has 4 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "a hole or an overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "a hole or an overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[5,9]}}""", "a hole or an overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", null)]
    [DataRow("""{"__metadata__":{"a":1}}""", "Number where String")]
    [DataRow("""{"__metadata__":"a"}""", "String where StartObject")]
    [DataRow("""{"__metadata__":{"a":"1","a":"2"}}""", "'a' occurs twice in __metadata__")]
    [DataRow("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' occurs twice")]
    [DataRow("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "JSON")]
    public void A_malformed_header_is_refused_with_the_reason(string header, string? reason)
    {
        var message = SafetensorsFiles.Refused(SafetensorsFiles.File(header, 0, 0, 0, 0));

        Assert.Contains(reason ?? "describes 0 bytes of data; there are 4", message);
    }

    [TestMethod]
    public void A_header_that_is_no_UTF_8_is_refused()
    {
        byte[] header = [.. "{\""u8, 0xC3, 0x28, .. "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"u8];

        Assert.Contains("JSON", SafetensorsFiles.Refused(SafetensorsFiles.File(header, 0, 0, 0, 0)));
    }

    [TestMethod]
    [DataRow(100_000_001UL, "at most 100000000")]
    [DataRow(ulong.MaxValue, "at most 100000000")]
    [DataRow(100_000_000UL, "cut off")]
    [DataRow(0UL, "'{'")]
    public void A_header_length_beyond_the_cap_or_the_file_is_refused_without_taking_its_memory(ulong length, string reason)
    {
        var file = SafetensorsFiles.Small;
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        SafetensorsFiles.Refused(file);                         // warms up

        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.ThrowsExactly<SafetensorsException>(() => Safetensors.Read(file)).Message;
        Assert.IsLessThan(1_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Contains(reason, message);
    }

    [TestMethod]
    public void A_promise_of_gigabytes_is_refused_before_any_is_taken()
    {
        var file = SafetensorsFiles.File("""{"a":{"dtype":"U8","shape":[2147483647],"data_offsets":[0,2147483647]}}""");
        var before = GC.GetAllocatedBytesForCurrentThread();

        SafetensorsFiles.Refused(file);

        Assert.IsLessThan(2_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void More_entries_than_the_cap_are_refused()
    {
        var entries = Enumerable.Range(0, 100_001).Select(i => $$""" "{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
        var file = SafetensorsFiles.File("{" + string.Join(',', entries) + "}");

        Assert.Contains("more than 100000 entries", Assert.ThrowsExactly<SafetensorsException>(() => Safetensors.Read(file)).Message);
    }

    [TestMethod]
    public void Every_truncation_is_refused_and_so_is_one_byte_more()
    {
        var file = SafetensorsFiles.Small;
        for (var length = 0; length < file.Length; length++)
            SafetensorsFiles.Refused(file[..length]);

        SafetensorsFiles.Refused([.. file, 0]);
    }

    [TestMethod]
    public void Thousands_of_mutations_are_read_or_refused_by_the_one_exception_type()
    {
        var (read, refused) = (0, 0);
        TensorLeaks.AssertNone(() =>
        {
            (read, refused) = (0, 0);
            for (var i = 0; i < 4000; i++)
            {
                if (IsRead(Mutated(new SeededRandom(20, i))))
                    read++;
                else
                    refused++;
            }
        });

        Assert.IsGreaterThan(100, read, "Mutations of values and names leave a good file.");
        Assert.IsGreaterThan(1000, refused);
    }

    private static bool IsRead(byte[] file)
    {
        try
        {
            using var content = Safetensors.Read(file);
            return true;
        }
        catch (SafetensorsException)
        {
            return false;
        }
    }

    /// <summary>One to three bytes replaced, removed or inserted; often by what means something in a header.</summary>
    private static byte[] Mutated(SeededRandom random)
    {
        var telling = Encoding.UTF8.GetBytes("{}[]\",:0123456789-.eE\\u \0\u007f");
        var file = SafetensorsFiles.Small.ToList();
        for (var count = 1 + random.NextInt32(3); count > 0; count--)
        {
            var at = random.NextInt32(file.Count);
            var value = random.NextBoolean(0.7) ? telling[random.NextInt32(telling.Length)] : (byte)random.NextInt32(256);
            switch (random.NextInt32(4))
            {
                case 0:
                    file.RemoveAt(at);
                    break;
                case 1:
                    file.Insert(at, value);
                    break;
                default:
                    file[at] = value;
                    break;
            }
        }

        return [.. file];
    }
}
