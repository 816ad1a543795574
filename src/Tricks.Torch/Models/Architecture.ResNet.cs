namespace Tricks.Torch.Models;

public abstract partial record Architecture
{
    /// <summary>ResNet-18: 11,689,512 parameters at 1000 classes, 1.814 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet18 => ResNet(18, ResNetVariant.B);

    /// <summary>ResNet-34: 21,797,672 parameters at 1000 classes, 3.664 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet34 => ResNet(34, ResNetVariant.B);

    /// <summary>ResNet-50-B, which is torchvision's resnet50: 25,557,032 parameters, 4.089 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet50 => ResNet(50, ResNetVariant.B);

    /// <summary>ResNet-101-B, torchvision's resnet101: 44,549,160 parameters, 7.801 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet101 => ResNet(101, ResNetVariant.B);

    /// <summary>ResNet-152-B, torchvision's resnet152: 60,192,808 parameters, 11.514 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet152 => ResNet(152, ResNetVariant.B);

    /// <summary>ResNet-50 as first published, the baseline of BoT §4: 25,557,032 parameters, 3.858 G multiply-adds.</summary>
    public static Architecture ResNet50A => ResNet(50, ResNetVariant.A);

    /// <summary>ResNet-50-C (BoT §4, three 3x3 in the stem): 25,576,264 parameters, 4.329 G multiply-adds.</summary>
    public static Architecture ResNet50C => ResNet(50, ResNetVariant.C);

    /// <summary>ResNet-18-D: 11,708,744 parameters at 1000 classes, 2.054 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet18D => ResNet(18, ResNetVariant.D);

    /// <summary>ResNet-34-D: 21,816,904 parameters at 1000 classes, 3.903 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet34D => ResNet(34, ResNetVariant.D);

    /// <summary>ResNet-50-D, the model of BoT §4: 25,576,264 parameters, 4.329 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet50D => ResNet(50, ResNetVariant.D);

    /// <summary>ResNet-101-D: 44,568,392 parameters at 1000 classes, 8.041 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet101D => ResNet(101, ResNetVariant.D);

    /// <summary>ResNet-152-D, the teacher of BoT §5.3: 60,212,040 parameters, 11.753 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet152D => ResNet(152, ResNetVariant.D);

    /// <summary>A ResNet of [R] Table 1 (arXiv:1512.03385) in a variant of BoT §4.</summary>
    /// <param name="depth">18, 34 (basic blocks), 50, 101 or 152 (bottlenecks).</param>
    /// <param name="variant">A to D. Basic blocks have no 1x1 to move the stride from, so A and B are the same network there.</param>
    /// <param name="stem">
    /// <see cref="Stem.ImageNet"/> (224 pixels by default, at least 32) or <see cref="Stem.Cifar"/> (32 by default, at
    /// least 8). With the CIFAR stem, C has no 7x7 left to replace and is the same network as B.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is none of the five, or an enum value is undefined.</exception>
    public static Architecture ResNet(int depth, ResNetVariant variant, Stem stem = Stem.ImageNet) =>
        new ResNetArchitecture(depth, variant, stem);

    /// <summary>A ResNet of [R §4.2] for small images: 6n + 2 layers, three stages of n basic blocks with 16, 32 and 64 channels.</summary>
    /// <param name="depth">6n + 2 from 8 to 1202; [R] trains 20, 32, 44, 56, 110 and 1202.</param>
    /// <param name="variant">
    /// A: parameter-free shortcuts padded with zeros, as in [R §4.2]. B: 1x1 projections. D: a 2x2 average pool before
    /// the projection. C is refused: it replaces a 7x7 stem, and here is none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The depth or the variant is none of these.</exception>
    public static Architecture CifarResNet(int depth, ResNetVariant variant = ResNetVariant.A) =>
        new CifarResNetArchitecture(depth, variant);

    /// <summary>A plain net of [R §4.2]: <see cref="CifarResNet"/> without its shortcuts, for the degradation experiment.</summary>
    /// <param name="depth">6n + 2 from 8 to 1202; [R] trains 20, 32, 44 and 56.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is none of these.</exception>
    public static Architecture CifarPlainNet(int depth) => new CifarPlainNetArchitecture(depth);
}
