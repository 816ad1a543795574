namespace Tricks.Torch.Runtime;

/// <summary>What a random number is drawn for. Each purpose has its own seed, so that no two ever share a sequence.</summary>
public enum RandomPurpose
{
    /// <summary>The first weights of a network: (seed, parameter).</summary>
    Initialisation,

    /// <summary>The order of the samples: (seed, epoch).</summary>
    Order,

    /// <summary>What happens to one training image: (seed, epoch, sample).</summary>
    Augmentation,

    /// <summary>What happens to one batch: (seed, step).</summary>
    Mixing,

    /// <summary>Which samples are held out for validation: (seed, class).</summary>
    Split,

    /// <summary>Which residual blocks are left out for which images of a batch: (seed, step, block).</summary>
    DropPath,

    /// <summary>Which activations of a network are dropped: (seed, step, the dropout's place in the network).</summary>
    Dropout,

    /// <summary>What the network itself draws in a step, such as dropout: (seed, step).</summary>
    Network,

    /// <summary>One of the two views of an image in contrastive learning: (seed, epoch, 2 * sample + view).</summary>
    View = 32, // fixed: the number is part of what a seed means

    /// <summary>Which fold of a cross-validation a sample is in: (seed, class).</summary>
    Folds = 64, // a fixed number: result files of comparisons are continued by later versions

    /// <summary>The seeds of the trials of a comparison: (seed, repetition, use).</summary>
    Trials = 65,

    /// <summary>The samples of a search over settings: (seed, sample).</summary>
    Search = 66,
}
