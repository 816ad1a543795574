namespace Tricks.Torch.Models;

public abstract partial record Architecture
{
    /// <summary>ResNet-18 v2, pre-activation, Gluon's form: 11,687,848 parameters at 1000 classes, 1.814 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet18V2 => ResNetV2(18);

    /// <summary>ResNet-34 v2: 21,796,008 parameters at 1000 classes, 3.664 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet34V2 => ResNetV2(34);

    /// <summary>ResNet-50 v2: 25,549,480 parameters at 1000 classes, 4.089 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet50V2 => ResNetV2(50);

    /// <summary>ResNet-101 v2: 44,541,608 parameters at 1000 classes, 7.801 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet101V2 => ResNetV2(101);

    /// <summary>ResNet-152 v2: 60,185,256 parameters at 1000 classes, 11.514 G multiply-adds at 224 pixels.</summary>
    public static Architecture ResNet152V2 => ResNetV2(152);

    /// <summary>
    /// Inception-v3 (arXiv:1512.00567), torchvision's: 27,161,264 parameters at 1000 classes, 23,834,568 of them without the auxiliary
    /// classifier, 5.713 G multiply-adds at 299 pixels, at least 75 pixels.
    /// </summary>
    /// <remarks>
    /// The auxiliary classifier works in training only, with weight 0.4 (<see cref="IAuxiliaryClassifier"/>). torchvision's weights
    /// were trained on images in [-1, 1] (its transform_input), which are this architecture's default preprocessing.
    /// </remarks>
    public static Architecture InceptionV3 => InceptionV3With(1);

    /// <summary>MobileNet v1 of width 1 with ReLU6, timm's mobilenetv1_100: 4,231,976 parameters at 1000 classes, 0.569 G multiply-adds at 224 pixels.</summary>
    public static Architecture MobileNetV1 => MobileNetV1With(1);

    /// <summary>VGG-16 without batch normalisation, the deep plain network: 138,357,544 parameters at 1000 classes, 15.470 G multiply-adds at 224 pixels.</summary>
    public static Architecture Vgg16 => new VggArchitecture(Norm: false);

    /// <summary>VGG-16 with batch normalisation: 138,365,992 parameters at 1000 classes, 15.470 G multiply-adds at 224 pixels.</summary>
    public static Architecture Vgg16BN => new VggArchitecture(Norm: true);

    /// <summary>torchvision's wide_resnet50_2: 68,883,240 parameters at 1000 classes, 11.398 G multiply-adds at 224 pixels.</summary>
    public static Architecture WideResNet50 => new WideBottleneckResNetArchitecture();

    /// <summary>DenseNet-121 (arXiv:1608.06993), torchvision's: 7,978,856 parameters at 1000 classes, 2.834 G multiply-adds at 224 pixels.</summary>
    public static Architecture DenseNet121 => new DenseNetArchitecture();

    /// <summary>LeNet-5 (1998), the smallest baseline: 61,706 parameters at 10 classes and 1 channel, 416,520 multiply-adds at 32 pixels.</summary>
    public static Architecture LeNet5 => new LeNet5Architecture();

    /// <summary>A pre-activation ResNet (arXiv:1603.05027) in Gluon's form, the network of the d2l book's fine-tuning chapter.</summary>
    /// <param name="depth">18, 34 (basic blocks), 50, 101 or 152 (bottlenecks).</param>
    /// <param name="stem">
    /// <see cref="Stem.ImageNet"/> (224 pixels by default, at least 32), or <see cref="Stem.Cifar"/>, Gluon's thumbnail (32 by default, at least 8).
    /// </param>
    /// <remarks>
    /// The image is normalised by a batch normalisation without gamma and beta first. timm's resnetv2_* have none, have no normalisation and
    /// ReLU between the stem and its pool, and other names. Keys are Gluon's: features.5.0.bn1, output; weight, bias,
    /// running_mean and running_var stand for gamma, beta, running_mean and running_var there.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The depth is none of the five, or the stem is undefined.</exception>
    public static Architecture ResNetV2(int depth, Stem stem = Stem.ImageNet) => new ResNetV2Architecture(depth, stem);

    /// <summary>A wide residual network for small images, WRN-d-k (arXiv:1605.07146): pre-activation blocks, 16k, 32k, 64k channels, 32 pixels by default, at least 4.</summary>
    /// <param name="depth">d = 6n + 4 from 10 to 1000; the paper trains 16, 22, 28 and 40.</param>
    /// <param name="widening">k, 1 to 64; the paper trains 1 to 12. WRN-28-10 has 36,479,194 parameters at 10 classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth or the widening factor is none of these.</exception>
    public static Architecture WideResNet(int depth, int widening) => new WideResNetArchitecture(depth, widening);

    /// <summary><see cref="InceptionV3"/> of a width: 299 pixels by default, at least 75.</summary>
    /// <param name="width">
    /// The width multiplier on the channels of every layer, the auxiliary classifier's too, 0.1 to 4 in steps of 0.01; 1 is
    /// <see cref="InceptionV3"/> itself. Channels are rounded to multiples of 8, as MobileNet's are.
    /// </param>
    /// <remarks>
    /// The multiplier is MobileNet's (arXiv:1704.04861 §3.3); Inception's paper has none. Width 0.25 has 2,241,768 parameters at 1000 classes,
    /// 1,888,576 of them without the auxiliary classifier.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The width is none of these.</exception>
    public static Architecture InceptionV3With(double width) => new InceptionV3Architecture(width);

    /// <summary>MobileNet v1 (arXiv:1704.04861) of a width: 224 pixels by default, at least 32.</summary>
    /// <param name="width">The width multiplier on all channels, 0.1 to 4 in steps of 0.01; the paper has 1, 0.75, 0.5 and 0.25. Channels are rounded to multiples of 8.</param>
    /// <param name="relu6">Whether activations are cut at 6, as in the authors' code and in timm; false for the plain ReLU of the paper's text and of GluonCV.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is none of these.</exception>
    public static Architecture MobileNetV1With(double width, bool relu6 = true) => new MobileNetV1Architecture(width, relu6);

    /// <summary>A network of your own. Registers its factory, so that <see cref="Parse"/>, and with it a saved model, finds it by its name.</summary>
    /// <param name="name">What a saved model carries: 1 to 100 ASCII letters, digits, '_', '-' or '.', not a name of this library. The same name again replaces the factory.</param>
    /// <param name="factory">Builds the network.</param>
    /// <param name="defaultImageSize">The image size in pixels when none is given. At least <paramref name="minimumImageSize"/>, default 224.</param>
    /// <param name="minimumImageSize">The least image size in pixels that the network can take. At least 1, default 32.</param>
    /// <returns>The architecture. Register it before a model that was saved with it is loaded; the model file holds weights, never code.</returns>
    /// <remarks>
    /// <para>Every weight is drawn anew by <see cref="XavierInitialisation"/>, which says what it leaves as the factory made it.
    /// Zero gamma knows this library's blocks only.</para>
    /// <para>For repeatable runs use <see cref="SeededDropout"/>: libtorch's own dropout draws from a process-wide generator. Use
    /// <see cref="PointwiseConv2d"/> for 1x1 convolutions: libtorch's are wrong on some processors, as are its bfloat16 depthwise
    /// convolutions of stride 2. Bfloat16 needs a network that computes in the precision of its input and gives float32 logits.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The name is out of range or taken by this library.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An image size is out of range.</exception>
    public static Architecture Custom(string name, NetworkFactory factory, int defaultImageSize = 224, int minimumImageSize = 32) =>
        CustomArchitecture.Register(name, factory, defaultImageSize, minimumImageSize);
}
