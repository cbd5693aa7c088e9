"""The names of the fields of prototypes below which the game reads paths of files.

Facts of the game's prototype documentation, 2.0, and of the game's own prototypes up to 2.1.12. In 2.0 no
prototype has a field of another name with a path; in 2.1 there are some that are not documented yet.
"""

from __future__ import annotations

import re
from typing import Final

from factorio_release.checks.facts.contents import words

FILE_FIELD_NAMES: Final = words("""
    arm_orienting_sound base_lifting_sound clamp_sound icon_color_indicator_mask robot_door
    action activate_sound active_picture activity_led_light activity_led_sprites alarm_sound
    alarm_trigger alt_reverse_select alt_select ambient_sounds ammo_type and_symbol_sprites animation
    animation_overlay animation_sound animations arm_01_back_animation arm_02_right_animation
    arm_03_front_animation arm_extend_sound arm_extending_sound arm_retract_sound arrow_picture
    attack_parameters attack_reaction attacking_animation back_light base base_animation base_day_sprite
    base_engine_light base_front_frozen base_front_sprite base_frozen base_light base_night_sprite
    base_patch base_picture belt_animation_set build_animations build_animations_background build_sound
    burnt_patch_pictures cannon_barrel_pictures cannon_base_pictures capsule_action capture_animation
    cargo_station_parameters central_orienting_sound chargable_graphics charging_sound chart_picture
    circle_picture circuit_connector circuit_connector_flipped clamps_off_sound clamps_off_trigger
    clamps_on_sound clamps_on_trigger close_door_trigger_effect close_sound closing_sound color_lookup
    connected_gate_visualization connection_patches_connected connection_patches_disconnected
    connection_sprites connector_frame_sprites count_symbol_sprites crane crash_trigger created_effect
    damaged_trigger_effect dark_background_icon dark_background_icons deactivate_sound decay_animation
    default_destroyed_dropped_item_trigger default_graphic default_shadow_graphic deposit_sound
    destroy_action destroyed_by_dropping_trigger disabled_visualization divide_symbol_sprites
    door_animation_down door_animation_up door_back_frozen door_back_sprite door_closing_sound
    door_front_frozen door_front_sprite door_opening_sound doors_sound doors_trigger drilling_sound
    drive_over_elevated_tie_trigger drive_over_tie_trigger driving_sound drop_sound dying_sound
    dying_trigger_effect eat effects elevated_picture_set elevated_rail_sound empty_slot_sprite
    ended_in_water_trigger_effect ended_on_ground_trigger_effect ending_attack_animation
    energy_glow_animation energy_source enough_fuel_indicator_light enough_fuel_indicator_picture
    equal_symbol_sprites explosion_effect factoriopedia_simulation fence_pictures filename filenames
    final_action flight_sound fluid_animation fluid_box fluid_boxes fluid_wagon_connector_graphics
    flying_sound flying_trigger folded_animation folding_animation folding_sound front_light
    front_light_pictures frozen_patch fuel_fluid_box glass_pictures glow_animation glow_light
    graphics_set graphics_set_flipped grappler_extending_sound grappler_orienting_sound
    greater_or_equal_symbol_sprites greater_symbol_sprites ground_light ground_patch ground_patch_decay
    ground_patch_higher ground_picture_set ground_timeline hand_base_frozen hand_base_picture
    hand_base_shadow hand_closed_frozen hand_closed_picture hand_closed_shadow hand_open_frozen
    hand_open_picture hand_open_shadow harvesting_sound hatch_definitions heartbeat heat_buffer
    heat_connection_patches_connected heat_connection_patches_disconnected heat_glow_sprites
    heat_lower_layer_picture hole_frozen hole_light_sprite hole_sprite horizontal_animation
    horizontal_doors horizontal_frozen_patch horizontal_rail_animation_left
    horizontal_rail_animation_right horizontal_rail_base huge_build_animated_sound huge_build_sound
    hurt_roar icon icon_tintable icon_tintable_mask icon_tintable_masks icon_tintables icons idle
    idle_animation idle_with_cargo image in_motion in_motion_with_cargo initial_action input_fluid_box
    instruments integration integration_patch inventory_move_sound landing_sound landing_steps_sound
    large_build_animated_sound large_build_sound layers led_off led_on left_shift_symbol_sprites
    less_or_equal_symbol_sprites less_symbol_sprites light light1 light2 light_animation
    light_when_colored lower_layer_picture lower_leg_dying_trigger_effects lower_pictures
    max_distance_underground_remove_belts_sprite max_symbol_sprites medium_build_animated_sound
    medium_build_sound meltdown_action min_symbol_sprites minable mined_sound minimap_representation
    mining_sound minus_symbol_sprites modulo_symbol_sprites moving_sound multiply_symbol_sprites
    munch_sound muzzle_animation muzzle_light not_enough_fuel_indicator_light
    not_enough_fuel_indicator_picture not_equal_symbol_sprites off_animation on_animation
    on_damage_tick_effect on_fuel_added_action open_door_trigger_effect open_sound opening_sound
    or_symbol_sprites orientations out_of_ammo_alert_icon output_fluid_box overlay overlay_loop
    overlay_start oxidizer_fluid_box particle persistent_ambient_sounds pick_sound picture picture_off
    picture_on picture_safe picture_set picture_set_enemy pictures placeable_position_visualization
    placed_effect planting_sound platform_frozen platform_graphics_set platform_picture player_effects
    plumes plus_symbol_sprites power_on_animation power_symbol_sprites prepared_alternative_animation
    prepared_alternative_sound prepared_animation prepared_sound preparing_animation preparing_sound
    procession_audio_catalogue procession_graphic_catalogue puddle quality_symbol_sprites
    quick_alarm_sound radius_visualisation_picture radius_visualisation_specification
    rail_overlay_animations raise_rocket_sound raise_rocket_trigger random_symbol_sprites
    recharging_animation recharging_light red_lights_back_sprites red_lights_front_sprites
    regular_trigger_effect repair_sound repairing_sound resource_indicator_animation
    revenge_attack_parameters reverse_select right_shift_symbol_sprites roar robot_animation
    robot_animation_sound rocket_capacity_sprites rocket_flame_animation rocket_flame_left_animation
    rocket_flame_right_animation rocket_glare_overlay_sprite rocket_glow_overlay_sprite
    rocket_shadow_overlay_sprite rocket_shadow_sprite rocket_smoke_bottom1_animation
    rocket_smoke_bottom2_animation rocket_smoke_top1_animation rocket_smoke_top2_animation
    rocket_smoke_top3_animation rocket_sprite rotated_sound rotating_sound run_animation
    satellite_animation satellite_shadow_animation screen_light secondary_pictures select
    selected_minimap_representation shadow shadow_idle shadow_idle_with_cargo shadow_in_motion
    shadow_in_motion_with_cargo shadow_sprite shadow_working shadows simulation
    small_build_animated_sound small_icon small_icons small_tree_fire_pictures smoke
    smoke_source_pictures sound sound_no_fuel sparks spider_engine spine_animation splash
    spoil_to_trigger_result sprite sprites stack_size_sprites stages stages_effect stand_by_light
    starmap_icon starmap_icons starting_attack_animation starting_attack_sound stateless_visualisation
    stateless_visualisation_variations steps_sound stop_trigger stream_light strike_effect stripes
    structure structure_patch super_forced_select surface_render_parameters takeoff_sound timeline
    tool_attack_result top_animations transitions transitions_between_transitions trigger trigger_effect
    turret_animation underground_remove_belts_sprite underground_sprite underwater_patch update_effects
    update_effects_while_enraged upper_leg_dying_trigger_effects variable_sound variants variations
    vertical_animation vertical_doors vertical_frozen_patch vertical_rail_animation_left
    vertical_rail_animation_right vertical_rail_base visualization walking_sound wall_diode_green
    wall_diode_green_light_bottom wall_diode_green_light_left wall_diode_green_light_right
    wall_diode_green_light_top wall_diode_red wall_diode_red_light_bottom wall_diode_red_light_left
    wall_diode_red_light_right wall_diode_red_light_top wall_patch warcry water water_reflection
    wet_mining_graphics_set wheels working working_light working_light_picture working_sound
    xor_symbol_sprites
""")
_LIKE_ONE: Final = re.compile(
    r"\w*(?:sounds?|animations?|pictures?|sprites?|graphics|graphics_set|icons?|mask)"
)


def may_hold_files(name: str, game: tuple[int, int]) -> bool:
    """Return whether a prototype may have paths below a field of this name; `game` is its version."""
    if name in FILE_FIELD_NAMES or game < (2, 0):
        return True
    return game > (2, 0) and _LIKE_ONE.fullmatch(name) is not None
