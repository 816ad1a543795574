using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Benchmarks;

/// <summary>The three networks of the benchmark from TorchSharp's own modules, as a user would write them.</summary>
/// <remarks>The 1x1 convolutions of ResNet-50-D are <c>Conv2d</c> too: on some machines oneDNN's kernel for them ends the process.</remarks>
internal static class PlainResNet
{
    public static Module<Tensor, Tensor> Build(Work work)
    {
        var bottleneck = work.Architecture.Name == "resnet50d";
        int[] blocks = bottleneck ? [3, 4, 6, 3] : [2, 2, 2, 2];
        var layers = new List<Module<Tensor, Tensor>>();
        layers.AddRange(work.ImageSize == 32 ? [Conv(3, 64, 3, 1)] : bottleneck
            ? [Conv(3, 32, 3, 2), BatchNorm2d(32), ReLU(true), Conv(32, 32, 3, 1), BatchNorm2d(32), ReLU(true), Conv(32, 64, 3, 1)]
            : [Conv(3, 64, 7, 2)]);
        layers.AddRange([BatchNorm2d(64), ReLU(true)]);
        if (work.ImageSize != 32)
            layers.Add(MaxPool2d(3, 2, 1));
        var channels = 64;
        for (var stage = 0; stage < 4; stage++)
        {
            for (var i = 0; i < blocks[stage]; i++)
            {
                var (width, stride) = (64 << stage, stage > 0 && i == 0 ? 2 : 1);
                var outChannels = bottleneck ? 4 * width : width;
                layers.Add(new Block(bottleneck ? BottleneckPath(channels, width, stride) : BasicPath(channels, width, stride), Shortcut(channels, outChannels, stride, bottleneck)));
                channels = outChannels;
            }
        }

        layers.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(channels, work.Classes)]);
        return Sequential(layers);
    }

    private static Conv2d Conv(int from, int to, int kernel, int stride) =>
        Conv2d(from, to, kernel, stride, padding: kernel / 2, bias: false);

    private static Sequential BasicPath(int from, int width, int stride) => Sequential(
        Conv(from, width, 3, stride), BatchNorm2d(width), ReLU(true), Conv(width, width, 3, 1), BatchNorm2d(width));

    private static Sequential BottleneckPath(int from, int width, int stride) => Sequential(
        Conv(from, width, 1, 1), BatchNorm2d(width), ReLU(true), Conv(width, width, 3, stride), BatchNorm2d(width), ReLU(true),
        Conv(width, 4 * width, 1, 1), BatchNorm2d(4 * width));

    private static Module<Tensor, Tensor>? Shortcut(int from, int to, int stride, bool pooled)
    {
        if (from == to && stride == 1)
            return null;
        return pooled && stride == 2
            ? Sequential(AvgPool2d(2, 2, ceil_mode: true, count_include_pad: false), Conv(from, to, 1, 1), BatchNorm2d(to))
            : Sequential(Conv(from, to, 1, stride), BatchNorm2d(to));
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> path;
        private readonly Module<Tensor, Tensor>? shortcut;

        public Block(Module<Tensor, Tensor> path, Module<Tensor, Tensor>? shortcut)
            : base(nameof(Block))
        {
            (this.path, this.shortcut) = (path, shortcut);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return functional.relu(path.call(input) + (shortcut?.call(input) ?? input)).MoveToOuterDisposeScope();
        }
    }
}
