namespace Tricks.Torch.Models;

/// <summary>The letter of a variant in a name: one variant of each family goes unmarked (resnet50 is B, cifar_resnet20 is A).</summary>
internal static class VariantSuffix
{
    internal static string Of(ResNetVariant variant, ResNetVariant unmarked) => variant == unmarked ? "" : Letter(variant);

    internal static ResNetVariant Read(string suffix, ResNetVariant unmarked) =>
        suffix.Length == 0 ? unmarked : Enum.GetValues<ResNetVariant>().Single(variant => Letter(variant) == suffix);

    private static string Letter(ResNetVariant variant) => variant switch
    {
        ResNetVariant.A => "a",
        ResNetVariant.B => "b",
        ResNetVariant.C => "c",
        _ => "d",
    };
}
