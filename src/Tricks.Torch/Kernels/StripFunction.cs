using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Tricks.Torch.Kernels;

/// <summary>Images laid in strips, or cut out of them; the gradient of each is the other. Arguments: images or strips, <see cref="StripLayout"/>, whether to lay.</summary>
internal sealed class StripFunction : SingleTensorFunction<StripFunction>
{
    public override string Name => nameof(StripFunction);

    internal static Tensor Lay(Tensor images, StripLayout layout) => is_grad_enabled() ? apply(images, layout, true) : layout.Lay(images);

    internal static Tensor Cut(Tensor strips, StripLayout layout) => is_grad_enabled() ? apply(strips, layout, false) : layout.Cut(strips);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, layout, lay) = ((Tensor)vars[0], (StripLayout)vars[1], (bool)vars[2]);
        ctx.save_data("layout", layout);
        ctx.save_data("lay", lay);
        using var scope = NewDisposeScope();
        return (lay ? layout.Lay(x) : layout.Cut(x)).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var (layout, lay) = ((StripLayout)ctx.get_data("layout"), (bool)ctx.get_data("lay"));
        using var scope = NewDisposeScope();
        var g = Gradients.ChannelsLast(grad_output);
        var gradient = lay ? layout.Cut(g) : layout.Lay(g);
        grad_output.Dispose();
        return Gradients.HandOver(gradient.MoveToOuterDisposeScope(), null, null);
    }
}
