using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception-v3's auxiliary classifier, on the last 17 x 17 map (arXiv:1512.00567 §4; torchvision's AuxLogits).</summary>
/// <remarks>
/// (N, inChannels, H, W) to logits (N, classes), float32. Maps below 17 x 17, which come from images below 299 pixels, are averaged to
/// 5 x 5 all the same; torchvision's cannot take them.
/// </remarks>
internal sealed class InceptionAuxiliary : NamedModule
{
    private const int PooledSize = 5;
    private const int UsualSize = 17;                           // 5x5 windows at stride 3 make 5 x 5 of it

    private readonly ConvNorm _conv0;
    private readonly ConvNorm _conv1;
    private readonly Linear _fc;

    internal InceptionAuxiliary(int inChannels, double width, int classes)
        : base(nameof(InceptionAuxiliary))
    {
        _conv0 = Add("conv0", new ConvNorm(inChannels, WidthMultiplier.Channels(128, width)));
        _conv1 = Add("conv1", new ConvNorm(_conv0.OutChannels, WidthMultiplier.Channels(768, width), PooledSize));
        _fc = Add("fc", Linear(_conv1.OutChannels, classes));
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = Math.Min(input.shape[2], input.shape[3]) < UsualSize
            ? functional.adaptive_avg_pool2d(input, PooledSize)
            : functional.avg_pool2d(input, PooledSize, stride: 3);                  // (N, inChannels, 5, 5)
        y = _conv1.call(_conv0.call(y));                                            // (N, 768 * width, 1, 1)
        return _fc.call(y.mean([2, 3], type: ScalarType.Float32)).MoveToOuterDisposeScope();
    }
}
