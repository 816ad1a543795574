using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The stem of variants C and D: three 3x3 convolutions in place of one 7x7 (BoT §4, Fig. 2b).</summary>
/// <remarks>
/// The children's names are timm's: conv1.0, 1, 3, 4 and 6, where 2 and 5 are the activations. The normalisation and
/// activation after the last convolution are the network's own bn1, as with the 7x7.
/// </remarks>
internal sealed class DeepStem : Module<Tensor, Tensor>
{
    [ComponentName(Name = "0")]
    private readonly SpatialConv2d conv0;
    [ComponentName(Name = "1")]
    private readonly BatchNorm2d bn0;
    [ComponentName(Name = "3")]
    private readonly SpatialConv2d conv1;
    [ComponentName(Name = "4")]
    private readonly BatchNorm2d bn1;
    [ComponentName(Name = "6")]
    private readonly SpatialConv2d conv2;

    internal DeepStem(int inChannels, int width)
        : base(nameof(DeepStem))
    {
        conv0 = new(inChannels, width / 2, kernelSize: 3, stride: 2);
        bn0 = BatchNorm2d(width / 2);
        conv1 = new(width / 2, width / 2, kernelSize: 3);
        bn1 = BatchNorm2d(width / 2);
        conv2 = new(width / 2, width, kernelSize: 3);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = NormActivation.Relu(conv0, bn0, input);         // (N, width/2, H/2, W/2)
        y = NormActivation.Relu(conv1, bn1, y);                 // (N, width/2, H/2, W/2)
        return conv2.call(y).MoveToOuterDisposeScope();         // (N, width, H/2, W/2)
    }
}
