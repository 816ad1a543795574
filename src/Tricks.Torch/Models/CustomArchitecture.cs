using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A network that a user's factory builds.</summary>
internal sealed partial record CustomArchitecture : Architecture
{
    private static readonly ConcurrentDictionary<string, CustomArchitecture> Registered = new(StringComparer.Ordinal);

    private readonly NetworkFactory _factory;

    private CustomArchitecture(string name, NetworkFactory factory, int defaultImageSize, int minimumImageSize) =>
        (Name, _factory, DefaultImageSize, MinimumImageSize) = (name, factory, defaultImageSize, minimumImageSize);

    public override string Name { get; }

    public override int DefaultImageSize { get; }

    public override int MinimumImageSize { get; }

    internal static IEnumerable<string> RegisteredNames => Registered.Keys.Order(StringComparer.Ordinal);

    internal static Architecture? FromName(string name) => Registered.GetValueOrDefault(name);

    /// <summary>Makes the architecture and puts it in the place of one of the same name.</summary>
    internal static CustomArchitecture Register(string name, NetworkFactory factory, int defaultImageSize, int minimumImageSize)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (!NamePattern().IsMatch(name))
            throw new ArgumentException($"The architecture's name is '{name}'; it must be 1 to 100 ASCII letters, digits, '_', '-' or '.', and begin with a letter.", nameof(name));
        if (IsBuiltIn(name))
            throw new ArgumentException($"'{name}' is an architecture of this library; give the network of your own another name.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumImageSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(defaultImageSize, minimumImageSize);
        return Registered[name] = new CustomArchitecture(name, factory, defaultImageSize, minimumImageSize);
    }

    /// <summary>As of every architecture: equal names.</summary>
    public bool Equals(CustomArchitecture? other) => other?.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize)
    {
        var network = _factory(classes, inputChannels, imageSize)
            ?? throw new InvalidOperationException($"The factory of architecture '{Name}' returned null; it must return a new network.");
        try
        {
            if (!network.parameters().Any())
            {
                throw new InvalidOperationException(
                    $"The network of architecture '{Name}' has no parameters: call RegisterComponents() at the end of its constructor, "
                    + "and make a Sequential from all its children at once.");
            }

            CheckLogits(network, classes, inputChannels, imageSize);
            return Initialised(network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>One forward pass of two zero images, which costs less than a wrong shape that training finds.</summary>
    private void CheckLogits(Module<Tensor, Tensor> network, int classes, int inputChannels, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.eval();
        var logits = network.call(zeros(2, inputChannels, imageSize, imageSize));
        network.train();
        if (!logits.shape.SequenceEqual([2, classes]) || logits.dtype != ScalarType.Float32)
        {
            throw new InvalidOperationException(
                $"The network of architecture '{Name}' gives {logits.dtype} ({string.Join(", ", logits.shape)}) for 2 images of "
                + $"{inputChannels} x {imageSize} x {imageSize}; it must give logits, Float32 (2, {classes}), the second being the factory's argument classes.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.\-]{0,99}\z")]
    private static partial Regex NamePattern();
}
