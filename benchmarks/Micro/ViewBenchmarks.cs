using BenchmarkDotNet.Attributes;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Benchmarks;

/// <summary>One random view of a decoded photograph (500 x 375 to 224) and of a small image (28, gray), one thread.</summary>
public class ViewBenchmarks
{
    private readonly ImagePixels _photo = new(500, 375, 3, new byte[500 * 375 * 3]);
    private readonly ImagePixels _small = new(28, 28, 1, new byte[28 * 28]);
    private readonly TrainingTransform _photoView = new(Augmentation.ImageNet, Preprocessing.ImageNet(224));
    private readonly TrainingTransform _smallView = new(Augmentation.SmallImage, Preprocessing.ImageNet(28, 1));
    private readonly float[] _target = new float[224 * 224 * 3];
    private long _number;

    [Benchmark]
    public void CropResizeJitter() => _photoView.Apply(_photo, new SeededRandom(_number++), _target);

    [Benchmark]
    public void PadCropFlip() => _smallView.Apply(_small, new SeededRandom(_number++), _target.AsSpan(0, 28 * 28));
}
