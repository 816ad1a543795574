namespace Tricks.Torch.Weights;

/// <summary>A tensor as a header describes it: its bytes are [Begin, End) of the data that follow the header, row by row.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, long[] Shape, long Begin, long End)
{
    internal long Length => End - Begin;
}
