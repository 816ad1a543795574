using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Tests.Weights;

/// <summary>config.json in the two shapes that timm writes.</summary>
[TestClass]
public sealed class PretrainedConfigTests
{
    private const string Plain = """{"mean":[0.5,0.4,0.3],"std":[0.2,0.25,0.5],"crop_pct":0.95,"interpolation":"bicubic","input_size":[3,160,160]}""";

    [TestMethod]
    [DataRow(Plain)]
    [DataRow($$"""{"architecture":"resnet50d","num_classes":1000,"pretrained_cfg":{{Plain}}}""")]
    public void Mean_deviation_crop_and_size_are_read(string json)
    {
        var config = PretrainedConfig.Beside(WithConfig(json))!;
        var used = config.Apply(Preprocessing.ImageNet(160));

        CollectionAssert.AreEqual(new[] { 127.5f, 102f, 76.5f }, used.Mean.Select(value => MathF.Round(value, 3)).ToArray());
        CollectionAssert.AreEqual(new[] { 51f, 63.75f, 127.5f }, used.StandardDeviation.Select(value => MathF.Round(value, 3)).ToArray());
        Assert.AreEqual((160, 0.95), (config.ImageSize, used.CropRatio));
        Assert.AreEqual(Interpolation.Bicubic, used.Interpolation);
        Assert.Contains("Bicubic resizing", config.Describe(used));
        Assert.AreEqual(102f, config.Apply(Preprocessing.ImageNet(160, channels: 1)).Mean.Single(), 1e-3f);
    }

    [TestMethod]
    [DataRow("bilinear", Interpolation.Bilinear, "Bilinear resizing")]
    [DataRow("lanczos", Interpolation.Bicubic, "Bicubic resizing, where the weights say lanczos")]
    public void A_filter_that_is_not_known_leaves_the_preprocessings_and_says_so(string name, Interpolation expected, string words)
    {
        var config = PretrainedConfig.Beside(WithConfig($$"""{"interpolation":"{{name}}"}"""))!;
        var used = config.Apply(Preprocessing.ImageNet(160) with { Interpolation = Interpolation.Bicubic });

        Assert.AreEqual(expected, used.Interpolation);
        Assert.EndsWith(words, config.Describe(used));
    }

    [TestMethod]
    [DataRow("""{"model_type":"bert"}""")]
    [DataRow("""{"pretrained_cfg":{}}""")]
    public void A_config_that_says_nothing_of_images_is_none(string json) => Assert.IsNull(PretrainedConfig.Beside(WithConfig(json)));

    [TestMethod]
    [DataRow("{", "config.json")]
    [DataRow("[]", "config.json")]
    [DataRow("""{"mean":[1,2]}""", "mean is [1, 2]")]
    [DataRow("""{"std":[1,0,1]}""", "std is [1, 0, 1]")]
    [DataRow("""{"mean":"x"}""", "mean is String")]
    [DataRow("""{"crop_pct":1.5}""", "crop_pct is 1.5")]
    [DataRow("""{"input_size":[3,224,320]}""", "input_size is [3, 224, 320]")]
    [DataRow("""{"input_size":[3,99999,99999]}""", "input_size")]
    public void A_wrong_value_is_named(string json, string reason) =>
        Assert.Contains(reason, Assert.ThrowsExactly<WeightsFileException>(() => PretrainedConfig.Beside(WithConfig(json))).Message);

    private static string WithConfig(string json)
    {
        var folder = WeightsFixture.NewFolder();
        File.WriteAllText(Path.Combine(folder, "config.json"), json);
        return Path.Combine(folder, "model.safetensors");
    }
}
