using Tricks.Torch.Models;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class ArchitectureTests
{
    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet34d")]
    [DataRow("resnet50")]
    [DataRow("resnet50a")]
    [DataRow("resnet50c")]
    [DataRow("resnet152d")]
    [DataRow("resnet18d_cifar")]
    [DataRow("resnet18_cifar")]
    [DataRow("resnet101a_cifar")]
    [DataRow("cifar_resnet20")]
    [DataRow("cifar_resnet110b")]
    [DataRow("cifar_resnet1202d")]
    [DataRow("cifar_plainnet56")]
    [DataRow("resnet18_v2")]
    [DataRow("resnet152_v2")]
    [DataRow("resnet50_v2_cifar")]
    [DataRow("inception_v3")]
    [DataRow("inception_v3_025")]
    [DataRow("inception_v3_010")]
    [DataRow("inception_v3_400")]
    [DataRow("mobilenetv1_100")]
    [DataRow("mobilenetv1_025_relu")]
    [DataRow("vgg16")]
    [DataRow("vgg16_bn")]
    [DataRow("wrn_28_10")]
    [DataRow("wide_resnet50_2")]
    [DataRow("densenet121")]
    [DataRow("lenet5")]
    public void A_name_is_read_back_as_itself(string name)
    {
        var architecture = Architecture.Parse(name);

        Assert.AreEqual(name, architecture.Name);
        Assert.AreEqual(name, architecture.ToString());
        Assert.AreEqual(architecture, Architecture.Parse(name));
    }

    [TestMethod]
    public void Every_ResNet_has_its_own_name_and_is_found_by_it()
    {
        var all =
            from depth in (int[])[18, 34, 50, 101, 152]
            from variant in Enum.GetValues<ResNetVariant>()
            from stem in Enum.GetValues<Stem>()
            select Architecture.ResNet(depth, variant, stem);
        var names = all.Select(architecture => architecture.Name).ToHashSet();

        Assert.HasCount(40, names);
        Assert.IsTrue(all.All(architecture => Architecture.Parse(architecture.Name) == architecture));
    }

    [TestMethod]
    public void The_named_properties_are_what_their_names_say()
    {
        Assert.AreEqual(Architecture.ResNet(50, ResNetVariant.B), Architecture.ResNet50);
        Assert.AreEqual(Architecture.ResNet(50, ResNetVariant.A), Architecture.ResNet50A);
        Assert.AreEqual("resnet50c", Architecture.ResNet50C.Name);
        string[] expected =
        [
            "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
            "resnet18d", "resnet34d", "resnet50d", "resnet101d", "resnet152d",
        ];
        CollectionAssert.AreEqual(expected, (string[])
        [
            Architecture.ResNet18.Name, Architecture.ResNet34.Name, Architecture.ResNet50.Name, Architecture.ResNet101.Name,
            Architecture.ResNet152.Name, Architecture.ResNet18D.Name, Architecture.ResNet34D.Name, Architecture.ResNet50D.Name,
            Architecture.ResNet101D.Name, Architecture.ResNet152D.Name,
        ]);
        Assert.AreEqual("cifar_resnet20", Architecture.CifarResNet(20).Name);
        Assert.AreEqual("cifar_plainnet20", Architecture.CifarPlainNet(20).Name);
        string[] others =
        [
            "resnet18_v2", "resnet34_v2", "resnet50_v2", "resnet101_v2", "resnet152_v2", "inception_v3", "mobilenetv1_100", "mobilenetv1_075_relu",
            "vgg16", "vgg16_bn", "wrn_28_10", "wide_resnet50_2", "densenet121", "lenet5",
        ];
        CollectionAssert.AreEqual(others, (string[])
        [
            Architecture.ResNet18V2.Name, Architecture.ResNet34V2.Name, Architecture.ResNet50V2.Name, Architecture.ResNet101V2.Name,
            Architecture.ResNet152V2.Name, Architecture.InceptionV3.Name, Architecture.MobileNetV1.Name,
            Architecture.MobileNetV1With(0.75, relu6: false).Name, Architecture.Vgg16.Name, Architecture.Vgg16BN.Name,
            Architecture.WideResNet(28, 10).Name, Architecture.WideResNet50.Name, Architecture.DenseNet121.Name, Architecture.LeNet5.Name,
        ]);
    }

    [TestMethod]
    [DataRow("resnet50", 224, 32)]
    [DataRow("resnet50d", 224, 32)]
    [DataRow("resnet18d_cifar", 32, 8)]
    [DataRow("cifar_resnet20", 32, 4)]
    [DataRow("cifar_plainnet20", 32, 4)]
    [DataRow("resnet18_v2", 224, 32)]
    [DataRow("resnet18_v2_cifar", 32, 8)]
    [DataRow("inception_v3", 299, 75)]
    [DataRow("inception_v3_025", 299, 75)]
    [DataRow("mobilenetv1_100", 224, 32)]
    [DataRow("vgg16", 224, 32)]
    [DataRow("wrn_28_10", 32, 4)]
    [DataRow("wide_resnet50_2", 224, 32)]
    [DataRow("densenet121", 224, 32)]
    [DataRow("lenet5", 32, 16)]
    public void Image_sizes_follow_the_stem(string name, int usual, int least)
    {
        Assert.AreEqual(usual, Architecture.Parse(name).DefaultImageSize);
        Assert.AreEqual(least, Architecture.Parse(name).MinimumImageSize);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("resnet")]
    [DataRow("ResNet50")]
    [DataRow("resnet50e")]
    [DataRow("resnet50b")]
    [DataRow("resnet050")]
    [DataRow("resnet50\n")]
    [DataRow(" resnet50")]
    [DataRow("resnet50_imagenet")]
    [DataRow("cifar_resnet20c")]
    [DataRow("cifar_resnet99999999999")]
    [DataRow("cifar_plainnet20d")]
    [DataRow("vgg999")]
    [DataRow("resnet18d_v2")]
    [DataRow("inception_v4")]
    [DataRow("inception_v3_100")]                               // goes unmarked
    [DataRow("inception_v3_25")]
    [DataRow("mobilenetv1_1")]
    [DataRow("wrn_28")]
    [DataRow("wide_resnet101_2")]
    public void An_unknown_name_is_an_error_that_lists_what_is_known(string name)
    {
        var error = Assert.ThrowsExactly<UnknownArchitectureException>(() => Architecture.Parse(name));

        Assert.Contains($"'{name}'", error.Message);
        Assert.AreEqual(name, error.ArchitectureName);
        foreach (var known in Architecture.KnownNames)
            Assert.Contains(known, error.Message);
    }

    [TestMethod]
    [DataRow("resnet19", "18, 34, 50, 101 or 152")]
    [DataRow("resnet1", "18, 34, 50, 101 or 152")]
    [DataRow("cifar_resnet21", "6n + 2")]
    [DataRow("cifar_resnet2", "6n + 2")]
    [DataRow("cifar_plainnet1208", "6n + 2")]
    public void A_depth_that_is_none_is_an_error_that_names_the_allowed_ones(string name, string allowed)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.Parse(name));

        Assert.Contains(allowed, error.Message);
        Assert.AreEqual("depth", error.ParamName);
        Assert.EndsWith($"{error.ActualValue}", name);
    }

    [TestMethod]
    [DataRow("resnet19_v2", "18, 34, 50, 101 or 152")]
    [DataRow("wrn_27_10", "6n + 4")]
    [DataRow("wrn_4_10", "6n + 4")]
    [DataRow("wrn_28_65", "1 to 64")]
    [DataRow("inception_v3_009", "0.1 to 4")]
    [DataRow("inception_v3_401", "0.1 to 4")]
    [DataRow("mobilenetv1_009", "0.1 to 4")]
    [DataRow("mobilenetv1_401_relu", "0.1 to 4")]
    public void A_depth_or_width_that_is_none_is_an_error_that_names_the_allowed_ones(string name, string allowed) =>
        Assert.Contains(allowed, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.Parse(name)).Message);

    [TestMethod]
    public void Undefined_choices_are_refused_with_the_defined_ones()
    {
        var cifar = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.CifarResNet(20, ResNetVariant.C));
        Assert.Contains("A, B or D", cifar.Message);
        var variant = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.ResNet(50, (ResNetVariant)7));
        Assert.Contains("A, B, C and D", variant.Message);
        var stem = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.ResNet(50, ResNetVariant.D, (Stem)7));
        Assert.Contains("ImageNet and Cifar", stem.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.ResNetV2(50, (Stem)7));
        foreach (var width in (double[])[0, -1, 0.755, 5, double.NaN])
        {
            Assert.Contains("of a MobileNet is 0.1 to 4", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.MobileNetV1With(width)).Message);
            Assert.Contains("of an Inception-v3 is 0.1 to 4", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.InceptionV3With(width)).Message);
        }
    }

    [TestMethod]
    public void Widths_of_Inception_are_in_the_name_and_1_goes_unmarked()
    {
        Assert.AreEqual(Architecture.InceptionV3, Architecture.InceptionV3With(1));
        Assert.AreEqual("inception_v3", Architecture.InceptionV3With(1).Name);
        Assert.AreEqual("inception_v3_025", Architecture.InceptionV3With(0.25).Name);
        Assert.AreNotEqual(Architecture.InceptionV3, Architecture.InceptionV3With(0.25));
        foreach (var percent in Enumerable.Range(10, 391))
        {
            var architecture = Architecture.InceptionV3With(percent / 100.0);
            Assert.AreEqual(architecture, Architecture.Parse(architecture.Name));
        }
    }

    [TestMethod]
    public void Build_refuses_what_the_network_cannot_take_and_names_the_remedy()
    {
        var architecture = Architecture.ResNet18D;

        Assert.Contains("at least 1 class", Refused(() => architecture.Build(0)));
        Assert.Contains("1 (gray) or 3 (RGB)", Refused(() => architecture.Build(10, inputChannels: 4)));
        Assert.Contains("at least 32 x 32 pixels", Refused(() => architecture.Build(10, imageSize: 31)));
        architecture.Build(1, inputChannels: 1, imageSize: 32).Dispose();
    }

    [TestMethod]
    public void Options_report_all_their_faults_at_once()
    {
        var options = new ResNetOptions
        {
            Block = ResNetBlock.Bottleneck,
            BlocksPerStage = [2, 0],
            Width = 7,
            Shortcut = ShortcutKind.None,
            Classes = 0,
            InputChannels = -1,
            BottleneckWidening = 0,
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new ResNet(options));

        foreach (var fault in (string[])["[2, 0]", "Width is 7", "Classes is 0", "InputChannels is -1", "BottleneckWidening is 0", "Shortcut is None"])
            Assert.Contains(fault, error.Message);
    }

    private static string Refused(Func<object> build) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(build).Message;
}
