namespace Tricks.Torch.Weights;

/// <summary>A published file of weights, trained on the 1,000 classes of ImageNet.</summary>
/// <param name="Name">The architecture and timm's tag: <c>resnet50.tv_in1k</c>.</param>
/// <param name="Url">The first 8 digits of its SHA-256 stand in the file's name.</param>
/// <param name="Config">What it was trained on.</param>
internal sealed record PretrainedModel(string Name, string Url, PretrainedConfig Config)
{
    private const string Torchvision = "https://download.pytorch.org/models/";
    private const string Timm = "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/";
    private const string TimmStrikesBack = "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-rsb-weights/";

    /// <summary>
    /// All that are known. A name without tag means the first of its architecture. The addresses are those in torchvision 0.21
    /// (models/resnet.py, vgg.py, densenet.py, inception.py) and timm (models/resnet.py).
    /// </summary>
    internal static IReadOnlyList<PretrainedModel> All { get; } =
    [
        Of("resnet18.tv_in1k", Torchvision + "resnet18-f37072fd.pth"),
        Of("resnet34.tv_in1k", Torchvision + "resnet34-b627a593.pth"),
        Of("resnet50.tv_in1k", Torchvision + "resnet50-0676ba61.pth"),
        Of("resnet50.tv2_in1k", Torchvision + "resnet50-11ad3fa6.pth", crop: 224.0 / 232),
        Of("resnet101.tv_in1k", Torchvision + "resnet101-63fe2227.pth"),
        Of("resnet101.tv2_in1k", Torchvision + "resnet101-cd907fc2.pth", crop: 224.0 / 232),
        Of("resnet152.tv_in1k", Torchvision + "resnet152-394f9c45.pth"),
        Of("resnet152.tv2_in1k", Torchvision + "resnet152-f82ba261.pth", crop: 224.0 / 232),
        Of("wide_resnet50_2.tv_in1k", Torchvision + "wide_resnet50_2-95faca4d.pth"),
        Of("wide_resnet50_2.tv2_in1k", Torchvision + "wide_resnet50_2-9ba9bcbe.pth", crop: 224.0 / 232),
        Of("vgg16.tv_in1k", Torchvision + "vgg16-397923af.pth"),
        Of("vgg16_bn.tv_in1k", Torchvision + "vgg16_bn-6c64b313.pth"),
        Of("densenet121.tv_in1k", Torchvision + "densenet121-a639ec97.pth"),
        new("inception_v3.tv_in1k", Torchvision + "inception_v3_google-0cc3c7bd.pth", PretrainedConfig.Inception),
        Of("resnet18d.ra2_in1k", Timm + "resnet18d_ra2-48a79e06.pth", bicubic: true),
        Of("resnet34d.ra2_in1k", Timm + "resnet34d_ra2-f8dcfcaf.pth", bicubic: true),
        Of("resnet50d.ra2_in1k", Timm + "resnet50d_ra2-464e36ba.pth", bicubic: true),
        Of("resnet50d.a1_in1k", TimmStrikesBack + "resnet50d_a1_0-e20cff14.pth", crop: 0.95, bicubic: true),
        Of("resnet101d.ra2_in1k", Timm + "resnet101d_ra2-2803ffab.pth", size: 256, crop: 0.95, bicubic: true),
        Of("resnet152d.ra2_in1k", Timm + "resnet152d_ra2-5cac0439.pth", size: 256, crop: 0.95, bicubic: true),
    ];

    /// <summary>The part of the name before the tag.</summary>
    internal string Architecture => Name[..Name.IndexOf('.')];

    /// <summary>The model of a name with or without tag; null where there is none.</summary>
    internal static PretrainedModel? Find(string name) => All.FirstOrDefault(model => model.Name == name || model.Architecture == name);

    private static PretrainedModel Of(string name, string url, int size = 224, double crop = 0.875, bool bicubic = false) => new(name, url, new()
    {
        Mean = [0.485f, 0.456f, 0.406f],
        StandardDeviation = [0.229f, 0.224f, 0.225f],
        ImageSize = size,
        CropRatio = crop,
        Interpolation = bicubic ? "bicubic" : "bilinear",
        From = name,
    });
}
