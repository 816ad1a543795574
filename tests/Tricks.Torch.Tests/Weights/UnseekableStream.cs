namespace Tricks.Torch.Tests.Weights;

/// <summary>A stream like a network's: forward only, and a few bytes at a time.</summary>
internal sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
{
    private const int BytesAtATime = 7;

    public override bool CanSeek => false;

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, BytesAtATime));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, BytesAtATime)]);
}
