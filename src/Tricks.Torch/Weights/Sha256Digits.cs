using System.Text.RegularExpressions;

namespace Tricks.Torch.Weights;

/// <summary>A SHA-256, or its first digits: torchvision's and timm's file names carry eight.</summary>
internal static partial class Sha256Digits
{
    /// <summary>The digits in a name such as <c>resnet18-f37072fd.pth</c>, PyTorch Hub's convention; null where there are none.</summary>
    internal static string? InName(string fileName) => Name().Match(fileName) is { Success: true } match ? match.Groups["digits"].Value : null;

    /// <summary>True for 8 to 64 hexadecimal digits.</summary>
    internal static bool AreSound(string digits) => Digits().IsMatch(digits);

    /// <summary>Whether a hash begins with the digits.</summary>
    internal static bool Match(ReadOnlySpan<byte> hash, string digits) =>
        Convert.ToHexString(hash).StartsWith(digits, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"-(?<digits>[0-9a-f]{8,64})\.[a-z]+\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{8,64}\z")]
    private static partial Regex Digits();
}
